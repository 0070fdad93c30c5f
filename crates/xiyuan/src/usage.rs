//! Mistakes on the command line, explained in Chinese.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Prints help, version, or what is wrong; help and version are no mistakes.
pub fn explain(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // Help may be cut off by a reader that closed the pipe; there is nobody left to tell.
        drop(error.print());
        return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
    }
    let argument = text(error, ContextKind::InvalidArg);
    let value = text(error, ContextKind::InvalidValue);
    let words = match error.kind() {
        ErrorKind::UnknownArgument => format!("没有参数“{argument}”。"),
        ErrorKind::InvalidSubcommand => {
            format!("没有命令“{}”。", text(error, ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少参数：{argument}。"),
        ErrorKind::MissingSubcommand => "缺少命令。".to_owned(),
        ErrorKind::InvalidValue if value.is_empty() => format!("参数“{argument}”缺少取值。"),
        ErrorKind::InvalidValue => {
            format!("参数“{argument}”不能取“{value}”，可取：{}。", text(error, ContextKind::ValidValue))
        }
        ErrorKind::ValueValidation => format!("参数“{argument}”的取值“{value}”不对。"),
        ErrorKind::ArgumentConflict => {
            format!("参数“{argument}”不能与“{}”同用。", text(error, ContextKind::PriorArg))
        }
        ErrorKind::TooManyValues => format!("参数“{argument}”的取值太多。"),
        _ => format!("命令有误：{error}"),
    };
    eprintln!("{words}");
    for (kind, head) in
        [(ContextKind::SuggestedArg, "是否想写"), (ContextKind::SuggestedSubcommand, "是否想写")]
    {
        let suggested = text(error, kind);
        if !suggested.is_empty() {
            eprintln!("{head}：{suggested}");
        }
    }
    eprintln!("用法见：xiyuan --help");
    ExitCode::from(2)
}

fn text(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}
