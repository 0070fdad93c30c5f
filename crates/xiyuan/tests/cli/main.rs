//! The real binary, run as a user runs it: exit codes, JSON on stdout, words on stderr.

mod archive;
mod archive_s3;
mod backup;
mod check;
mod demo;
mod import;
mod kill;
mod policy;
mod serve;
mod support;
mod user;
