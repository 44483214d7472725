//! The harness of the end-to-end tests: starts the compiled Worker in the real runtime and talks to it over sockets.
//! Builds nothing and knows nothing of the Worker's inside; a step that it cannot take ends the test, with the reason.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test harness reports by failing the test"
)]
#![expect(clippy::missing_panics_doc, reason = "everything here panics when the world is not as a test needs it")]

pub mod bundle;
pub mod canned;
pub mod client;
pub mod corpus;
pub mod faulty;
pub mod faulty_store;
pub mod image;
pub mod in_process;
pub mod mail_server;
pub mod markup;
pub mod object_store;
pub mod object_store_signing;
pub mod operator;
pub mod operator_version;
pub mod postgres;
pub mod record;
pub mod server;
pub mod shared_cache;
pub mod store_clock;
pub mod store_fault;
pub mod store_server;
pub mod stripe;

use std::path::{Path, PathBuf};

/// The root of the checkout.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the checkout").to_path_buf()
}

/// Reads a file of the checkout, given by its path from the root.
pub fn read(path: &str) -> String {
    let file = project().join(path);
    std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("cannot read `{path}`: {error}\nhint: `cargo xtask build` writes what is built"))
}

/// A program of the project. Cargo puts those of a profile beside the folder of its test programs.
/// `ORIGIN_PROGRAM` names another one in place of `origin`, such as that of an image.
#[expect(clippy::disallowed_methods, reason = "the stage of the image says where its program is")]
pub fn program(name: &str) -> PathBuf {
    if let Some(program) = std::env::var_os("ORIGIN_PROGRAM").filter(|_| name == "origin") {
        return PathBuf::from(program);
    }
    let tests = std::env::current_exe().expect("a program knows where it is");
    let folder = tests.parent().and_then(Path::parent).expect("a test program lies in `deps`");
    let program = folder.join(name);
    let hint = "`cargo xtask test programs` makes it";
    assert!(program.is_file(), "`{}` is not built\nhint: {hint}", program.display());
    program
}
