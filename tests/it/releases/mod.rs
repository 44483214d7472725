//! Edge and origin of different releases: what a released pair has exchanged, recorded in `tests/exchanges/`, is played to today's origin
//! and to today's edge, with fields that nobody knows yet as well.
//!
//! | to … | do |
//! | --- | --- |
//! | record the exchanges of a release | `RECORD_EXCHANGES=0.1.0 cargo xtask test end-to-end -- releases::replay::record`, and commit the file |
//! | add a step | `walk.rs`, and record a new file; the files of earlier releases never change |
//! | see how they are recorded and played | `exchange.rs` |

mod exchange;
mod replay;
mod walk;
