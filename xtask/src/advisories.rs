//! The stage `advisories`: known vulnerabilities in the crates and npm packages of the lock files. Run on every change, and every day by
//! `advisories.yml`, since the databases change while the code does not. Knows no advisory itself; exceptions stand in `deny.toml`.
#![expect(clippy::indexing_slicing, reason = "a JSON value gives null for what it does not have")]

use std::process::Stdio;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::counts::Counts;
use crate::project::variable;
use crate::stage::{Outcome, Workplace};
use crate::tools;

/// Folders with a `package-lock.json`, whose packages build the shop and check it.
const NPM_FOLDERS: [&str; 2] = ["", "infra"];

/// The known vulnerabilities of the packages of one lock file.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// No advisory.
    Nothing,
    /// Names and how severe, as the database has it.
    Vulnerable(Vec<String>),
    /// The database cannot be reached, or answers something else.
    Unknown,
}

pub(crate) fn check(place: &mut Workplace) -> Result<Outcome> {
    let mut found = vec![crates(place)?];
    for folder in NPM_FOLDERS {
        found.push(packages(place, folder)?);
    }
    for finding in &found {
        place.write(&format!("{finding:?}"))?;
    }
    Ok(verdict(&found, variable("GITHUB_ACTIONS").is_some_and(|value| value == "true")))
}

/// The crates, by the database of `RustSec`.
fn crates(place: &mut Workplace) -> Result<Found> {
    let deny = tools::CARGO_DENY.path(&place.project);
    let mut fetch = place.project.command(&deny);
    if !place.project.status(fetch.args(["fetch", "db"]))?.success() {
        return Ok(Found::Unknown);
    }
    let mut check = place.project.command(&deny);
    let is_clean = place.project.status(check.args(["--locked", "check", "advisories"]))?.success();
    Ok(if is_clean { Found::Nothing } else { Found::Vulnerable(vec!["crates, see the lines above".to_owned()]) })
}

/// The npm packages of a folder, by the database of npm. Severity `high` and above, as `npm audit` ranks them.
fn packages(place: &mut Workplace, folder: &str) -> Result<Found> {
    let mut command = place.project.command("npm");
    command.args(["audit", "--json", "--package-lock-only"]).current_dir(place.project.path(folder));
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).stdout(Stdio::piped()).output();
    Ok(read(&output.context("cannot start `npm audit`")?.stdout))
}

/// The report of `npm audit`. Its exit code is the same for a vulnerability and for a registry that does not answer.
fn read(report: &[u8]) -> Found {
    let Ok(report) = serde_json::from_slice::<Value>(report) else { return Found::Unknown };
    let (Some(_), Some(packages)) = (report["auditReportVersion"].as_u64(), report["vulnerabilities"].as_object())
    else {
        return Found::Unknown;
    };
    let severe: Vec<String> = packages
        .iter()
        .filter(|(_, package)| package["severity"] == "high" || package["severity"] == "critical")
        .map(|(name, package)| format!("{name}: {}", package["severity"].as_str().unwrap_or_default()))
        .collect();
    if severe.is_empty() { Found::Nothing } else { Found::Vulnerable(severe) }
}

/// Where a database cannot be reached, a machine of one's own passes it over with a note; a pipeline fails, since nobody reads its notes.
fn verdict(found: &[Found], is_pipeline: bool) -> Outcome {
    let mut outcome = Outcome::default();
    for found in found {
        outcome.counts += match found {
            Found::Nothing => Counts::passed(1),
            Found::Vulnerable(_) => Counts::failed(1),
            Found::Unknown if is_pipeline => Counts::failed(1),
            Found::Unknown => Counts::skipped(1),
        };
        if *found == Found::Unknown {
            outcome.note = Some("NO DATABASE OF VULNERABILITIES can be reached for some of the lock files".to_owned());
        }
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_strictly() {
        #[track_caller]
        fn check(report: &str, expect: &Found) {
            assert_eq!(read(report.as_bytes()), *expect, "{report}");
        }
        let vulnerable = |names: &[&str]| Found::Vulnerable(names.iter().map(ToString::to_string).collect());
        check(r#"{"auditReportVersion":2,"vulnerabilities":{}}"#, &Found::Nothing);
        check(r#"{"auditReportVersion":2,"vulnerabilities":{"a":{"severity":"moderate"}}}"#, &Found::Nothing);
        check(r#"{"auditReportVersion":2,"vulnerabilities":{"a":{"severity":"high"}}}"#, &vulnerable(&["a: high"]));
        check(
            r#"{"auditReportVersion":2,"vulnerabilities":{"a":{"severity":"critical"}}}"#,
            &vulnerable(&["a: critical"]),
        );
        // The answer of npm when the registry refuses the question, and other texts that are no report.
        check(r#"{"message":"405 Method Not Allowed","statusCode":405}"#, &Found::Unknown);
        check(r#"{"auditReportVersion":2}"#, &Found::Unknown);
        for report in ["", "null", "{}", "[]", "<html>"] {
            check(report, &Found::Unknown);
        }
    }

    #[test]
    fn not_to_know_fails_in_a_pipeline_alone() {
        let counts = |found: &[Found], is_pipeline: bool| {
            let Counts { passed, failed, skipped } = verdict(found, is_pipeline).counts;
            (passed, failed, skipped)
        };
        let found = [Found::Nothing, Found::Unknown, Found::Vulnerable(Vec::new())];
        assert_eq!(counts(&found, false), (1, 1, 1));
        assert_eq!(counts(&found, true), (1, 2, 0));
        assert!(verdict(&found, false).note.is_some() && verdict(&found[..1], true).note.is_none());
    }
}
