//! The only place that draws at random: pauses that do not meet again, and numbers that nobody else has. Nothing secret rests on it.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// A number.
pub(crate) fn draw() -> u64 {
    // The standard library draws the keys of its hash maps at random; that is all the chance needed here.
    RandomState::new().hash_one(0_u8)
}

/// Between half of a pause and all of it, so that two that met do not meet again.
pub(crate) fn jittered(pause: Duration) -> Duration {
    let thousandths = u32::try_from(draw() % 1000).unwrap_or_default();
    pause / 2 + pause / 2 * thousandths / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_keeps_its_half() {
        let pause = Duration::from_millis(200);
        for _ in 0..1000 {
            assert!((pause / 2..=pause).contains(&jittered(pause)));
        }
    }
}
