//! The desktop program. All of it is in the library, so that tests and tools can reach it.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

#[cfg(all(not(target_env = "msvc"), not(debug_assertions)))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    countersign_engine::child::run_if_asked();
    countersign_desktop::run()
}
