//! The command line `storefront`, against stores that enforce what S3 does and against running shops.

mod catalogs;
mod commands;
mod foreign;
mod imports;
mod orders;
mod patience;
mod races;
mod recover;
mod repeats;
mod rules;
mod shop;
mod stock;
