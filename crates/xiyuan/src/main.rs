//! The `xiyuan` binary: reads the command line, opens what a command needs, runs it, turns its answer into an exit code.
//!
//! Exit codes: 0 done (or "yes"), 1 the answer is "no" or findings exist, 2 could not run. Results go to stdout, words
//! for people to stderr. No rule of the product lives here.

mod cli;
mod commands;
mod demo;
mod failure;
mod opened;
mod output;
mod packages;
mod settings;
mod usage;

use std::process::ExitCode;

use clap::Parser;

use cli::Cli;
use output::Answer;

/// Evaluations take and give back much small memory on all processors.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::explain(&error),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("无法启动：{error}");
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(commands::run(cli)) {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(2)
        }
    }
}
