//! A deployed shop: its configuration, its records of requests, and the script that deployments check it with.

mod configuration;
mod observed;
mod smoke;
