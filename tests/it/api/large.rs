//! The shop with 100,000 products: the same Worker as everywhere else with another catalog, asked what only a large one can be asked.
//! Needs `cargo xtask test large`, which builds that Worker and runs these tests alone.

use storefront_tests::corpus::{self, LARGE_PATH};
use storefront_tests::server::{Server, Setup};

use crate::api::corpus::run;

#[test]
fn the_worker_answers_about_a_large_catalog_as_the_catalog_does() {
    let catalog = corpus::large_catalog();
    assert_eq!(catalog.verify(), Ok(()));
    assert_eq!(catalog.len(), 100_000);
    let server = Server::start_built(&corpus::large_folder(), &Setup::default()).unwrap_or_else(|reason| {
        panic!("{reason}\nhint: `cargo xtask test large` builds the Worker with the large catalog")
    });
    run(&server, &catalog, LARGE_PATH, &[]);
}
