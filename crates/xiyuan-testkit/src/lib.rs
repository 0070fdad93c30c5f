//! Test application.
