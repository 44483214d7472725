//! The only place that draws at random: pauses that do not meet again, and numbers that nobody else has. None of them is secret.

use std::time::Duration;

/// A number.
pub(crate) fn draw() -> u64 {
    fastrand::u64(..)
}

/// Between half of a pause and all of it, so that two that met do not meet again.
pub(crate) fn jittered(pause: Duration) -> Duration {
    let half = pause / 2;
    half + half.mul_f64(fastrand::f64())
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
