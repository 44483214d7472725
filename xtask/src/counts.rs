//! Reads how many tests ran out of what the test programs print.
//! A format that changes makes a count of nothing, which the stages treat as a failure.

use std::ops::AddAssign;

use serde_json::Value;

/// How many tests ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Counts {
    pub(crate) fn passed(passed: u64) -> Counts {
        Counts { passed, ..Counts::default() }
    }

    pub(crate) fn failed(failed: u64) -> Counts {
        Counts { failed, ..Counts::default() }
    }

    pub(crate) fn skipped(skipped: u64) -> Counts {
        Counts { skipped, ..Counts::default() }
    }

    /// One check, passed or failed.
    pub(crate) fn one(passed: bool) -> Counts {
        if passed { Counts::passed(1) } else { Counts::failed(1) }
    }

    /// A program that failed has failed at something, even if it died before it could count;
    /// and a run of no tests at all has tested nothing.
    pub(crate) fn and_the_program(mut self, succeeded: bool) -> Counts {
        let is_empty = self.passed + self.failed == 0;
        if self.failed == 0 && (!succeeded || is_empty) {
            self.failed = 1;
        }
        self
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Adds up the `test result:` lines, one for each test binary, that `cargo test` prints.
pub(crate) fn of_cargo_test(text: &str) -> Counts {
    let mut counts = Counts::default();
    for line in text.lines() {
        let Some(result) = line.trim().strip_prefix("test result: ") else { continue };
        // "ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.02s"
        let Some((_, numbers)) = result.split_once(". ") else { continue };
        for part in numbers.split("; ") {
            match part.trim().split_once(' ') {
                Some((number, "passed")) => counts.passed += whole(number),
                Some((number, "failed")) => counts.failed += whole(number),
                Some((number, "ignored")) => counts.skipped += whole(number),
                _ => {}
            }
        }
    }
    counts
}

/// Reads the closing comments of Node's TAP report.
pub(crate) fn of_node_test(text: &str) -> Counts {
    let mut counts = Counts::default();
    for line in text.lines() {
        let Some((what, number)) = line.strip_prefix("# ").and_then(|rest| rest.split_once(' ')) else { continue };
        match what {
            "pass" => counts.passed = whole(number),
            "fail" | "cancelled" => counts.failed += whole(number),
            "skipped" | "todo" => counts.skipped += whole(number),
            _ => {}
        }
    }
    counts
}

/// Reads the totals of Playwright's JSON report. A flaky scenario failed once, so it failed.
pub(crate) fn of_playwright(report: &Value) -> Counts {
    let stats = &report["stats"];
    let number = |name: &str| stats[name].as_u64().unwrap_or(0);
    Counts { passed: number("expected"), failed: number("unexpected") + number("flaky"), skipped: number("skipped") }
}

fn whole(text: &str) -> u64 {
    text.trim().parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts { passed, failed, skipped }
    }

    #[test]
    fn cargo_test_lines_add_up() {
        #[track_caller]
        fn check(text: &str, expect: Counts) {
            assert_eq!(of_cargo_test(text), expect);
        }
        check("", Counts::default());
        check(
            "running 3 tests\ntest a ... ok\n\ntest result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.00s\n",
            counts(2, 0, 1),
        );
        check(
            "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s\n\
             test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n",
            counts(13, 3, 0),
        );
        check("test result: of a kind nobody has seen", Counts::default());
        check("a line that only says 5 passed; 5 failed", Counts::default());
    }

    #[test]
    fn node_closing_comments_are_read() {
        let text = "TAP version 13\n# Subtest: builds\nok 1 - builds\n1..3\n# tests 3\n# suites 0\n# pass 1\n# fail 1\n# cancelled 0\n# skipped 1\n# todo 0\n# duration_ms 12.5\n";
        assert_eq!(of_node_test(text), counts(1, 1, 1));
        assert_eq!(of_node_test(""), Counts::default());
    }

    #[test]
    fn a_flaky_scenario_counts_as_failed() {
        let report = json!({ "stats": { "expected": 9, "unexpected": 1, "flaky": 2, "skipped": 3 } });
        assert_eq!(of_playwright(&report), counts(9, 3, 3));
        assert_eq!(of_playwright(&json!({})), Counts::default());
    }

    #[test]
    fn a_program_that_fails_or_runs_nothing_has_failed() {
        #[track_caller]
        fn check(counted: Counts, succeeded: bool, expect: Counts) {
            assert_eq!(counted.and_the_program(succeeded), expect);
        }
        check(counts(5, 0, 0), true, counts(5, 0, 0));
        check(counts(5, 0, 0), false, counts(5, 1, 0));
        check(counts(5, 2, 0), false, counts(5, 2, 0));
        check(counts(0, 0, 0), true, counts(0, 1, 0));
        check(counts(0, 0, 4), true, counts(0, 1, 4));
    }
}
