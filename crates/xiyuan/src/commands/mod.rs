//! One file per command: its options, its run, its words.

pub mod audit;
pub mod backup;
pub mod check_park;
pub mod demo;
pub mod explain;
pub mod export;
pub mod freeze;
pub mod import;
pub mod list;
pub mod policy;
pub mod replay;
mod rule;
pub mod serve;
pub mod user;

use crate::cli::{Cli, Command};
use crate::failure::Failure;
use crate::output::Answer;

/// Runs what was asked for.
pub async fn run(cli: Cli) -> Result<Answer, Failure> {
    let place = cli.place;
    match cli.command {
        Command::Serve(command) => serve::run(&place, command).await,
        Command::Demo(command) => demo::run(&place, command).await,
        Command::Policy(command) => policy::run(&place, command),
        Command::Import(command) => import::run(&place, command).await,
        Command::CheckPark(command) => check_park::run(&place, command).await,
        Command::List(command) => list::run(&place, command).await,
        Command::Explain(command) => explain::run(&place, command).await,
        Command::Audit(command) => audit::run(&place, command).await,
        Command::User(command) => user::run(&place, command).await,
        Command::Export(command) => export::run(&place, command).await,
        Command::Freeze(command) => freeze::run(&place, command).await,
        Command::Replay(command) => replay::run(&place, command).await,
        Command::Backup(command) => backup::back_up(&place, command).await,
        Command::Restore(command) => backup::restore(&place, command).await,
    }
}
