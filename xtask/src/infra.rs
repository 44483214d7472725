//! The stages of `cargo xtask test --infra`: Terraform, a simulated AWS, policies, workflows, licences and parts lists.
//! Each tool is somebody else's; this finds, installs and runs it. The checks themselves are in `infra/checks` and `deny.toml`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::counts::{self, Counts};
use crate::failure::hinted;
use crate::project::{Project, read, say, variable};
use crate::setup::{self, answer};
use crate::stage::{Outcome, Workplace};
use crate::{parts, tools};

/// The package with the checks.
pub(crate) const PACKAGE: &str = "infra-checks";

/// Those of its tests that need Terraform and its AWS provider, and how many they are.
const TERRAFORM_TESTS: [&str; 2] = ["terraform::", "applied::"];
const TERRAFORM_COUNT: u64 = 6;

/// Folders in which a system may keep a mirror of providers, `tf-plugins`, for machines that reach no registry.
const MIRRORS: [&str; 3] = ["/opt", "/usr/local/share", "/usr/share"];

/// The programs in Python, the schema of Cloudflare's provider, and the tools from crates.io.
pub(crate) fn set_up(place: &mut Workplace) -> Result<Outcome> {
    let project = &place.project;
    // Side by side: one waits for the network mostly, the other one compiles.
    std::thread::scope(|scope| {
        let python = scope.spawn(|| python_packages(project));
        let tools = setup::packages(project, "infra").and_then(|()| tools::licence_tools(project));
        let python = python.join().unwrap_or_else(|_| Err(anyhow::anyhow!("installing the Python packages panicked")));
        tools.and(python)
    })?;
    Ok(Counts::passed(1).into())
}

/// The configuration as Terraform reads it, and applied.
pub(crate) fn terraform(place: &mut Workplace) -> Result<Outcome> {
    let Some(version) = answer(&place.project, "terraform", &["version"]) else {
        let note = "NO TERRAFORM, so nothing of infra/ was validated or applied: install 1.11 or newer".to_owned();
        return Ok(Outcome { counts: Counts::skipped(TERRAFORM_COUNT), note: Some(note) });
    };
    place.write(&version)?;
    let configuration = provider_source(&place.project)?;
    if !provider_is_there(place, configuration.as_deref())? {
        let note = "NO AWS PROVIDER, so nothing of infra/ was validated or applied: neither a folder `tf-plugins` nor the registry";
        return Ok(Outcome { counts: Counts::skipped(TERRAFORM_COUNT), note: Some(note.to_owned()) });
    }
    let mut command = place.project.cargo("test");
    command.args(["--package", PACKAGE, "--test", "it", "--no-fail-fast", "--"]).args(TERRAFORM_TESTS);
    with_configuration(&mut command, configuration.as_deref());
    Ok(place.counted(&mut command, counts::of_cargo_test)?.into())
}

/// What needs no Terraform: the provider's schema, and whether pipelines, configuration and code agree.
pub(crate) fn delivery(place: &mut Workplace) -> Result<Outcome> {
    let mut command = place.project.cargo("test");
    command.args(["--package", PACKAGE, "--no-fail-fast", "--"]);
    command.args(TERRAFORM_TESTS.iter().flat_map(|name| ["--skip", name])).args(&place.arguments);
    Ok(place.counted(&mut command, counts::of_cargo_test)?.into())
}

/// What is known to be unwise. Every exception stands in the configuration with its reason.
pub(crate) fn checkov(place: &mut Workplace) -> Result<Outcome> {
    let mut command = place.project.command(python_program(&place.project, "checkov"));
    command.args(["--directory", "infra", "--framework", "terraform", "--compact", "--quiet", "--skip-download"]);
    let mut counts = place.check(&mut command)?;
    let unexplained = unexplained_skips(&place.project)?;
    for finding in &unexplained {
        place.write(finding)?;
    }
    counts += Counts::one(unexplained.is_empty());
    Ok(counts.into())
}

/// The workflows: whether they are right, and whether somebody else could make use of them.
pub(crate) fn workflows(place: &mut Workplace) -> Result<Outcome> {
    let shellcheck = python_program(&place.project, "shellcheck");
    let mut lint = place.project.command(python_program(&place.project, "jactionlint"));
    lint.arg(format!("--shellcheck={}", shellcheck.display()));
    let mut counts = place.check(&mut lint)?;
    let tree = crate::tidy::tree(&place.project)?;
    let mut scripts = place.project.command(&shellcheck);
    scripts
        .args(tree.iter().filter(|path| path.starts_with("infra/scripts/") && path.rsplit('.').next() == Some("sh")));
    counts += place.check(&mut scripts)?;
    let mut audit = place.project.command(python_program(&place.project, "zizmor"));
    audit.args(["--offline", "--no-progress", "--persona", "pedantic", "--color", "never", ".github"]);
    counts += place.check(&mut audit)?;
    Ok(counts.into())
}

/// The alerting rules, as Prometheus reads them, and what they say of series that are made up.
pub(crate) fn rules(place: &mut Workplace) -> Result<Outcome> {
    let Some(promtool) = tools::promtool(&place.project) else {
        let note = "no promtool, so no alerting rule was read: `apt-get install prometheus`".to_owned();
        return Ok(Outcome { counts: Counts::skipped(2), note: Some(note) });
    };
    let mut check = place.project.command(&promtool);
    let mut counts = place.check(check.args(["check", "rules", "infra/observability/origin.rules.yml"]))?;
    let mut test = place.project.command(&promtool);
    counts += place.check(test.args(["test", "rules", "infra/observability/origin.rules.test.yml"]))?;
    Ok(counts.into())
}

/// Licences, unwanted crates and where crates come from; and the parts lists. Known vulnerabilities are the stage `advisories`.
pub(crate) fn supply(place: &mut Workplace) -> Result<Outcome> {
    let deny = tools::CARGO_DENY.path(&place.project);
    let mut command = place.project.command(&deny);
    command.args(["check", "licenses", "bans", "sources"]);
    let mut counts = place.check(&mut command)?;
    let written = parts::write(&place.project)?;
    let mut validate = place.project.command(python_program(&place.project, "python"));
    validate.arg(place.project.path("infra/checks/check_parts.py")).args(&written);
    counts += place.check(&mut validate)?;
    Ok(counts.into())
}

/// A program of the packages in `infra/requirements.txt`.
pub(crate) fn python_program(project: &Project, name: &str) -> PathBuf {
    project.path("target/python/bin").join(name)
}

/// An environment of its own, filled again whenever the list changes.
fn python_packages(project: &Project) -> Result<()> {
    let list = read(&project.path("infra/requirements.txt"))?;
    let stamp = project.path("target/python/requirements.txt");
    if read(&stamp).is_ok_and(|installed| installed == list) {
        return Ok(());
    }
    if answer(project, "python3", &["--version"]).is_none() {
        return Err(hinted("Python is not installed: it runs the checks of infra/", "install Python 3.11 or newer"));
    }
    say("installing the programs of `infra/requirements.txt` into `target/python`, once: about a minute");
    let folder = project.path("target/python");
    project.run(project.command("python3").args(["-m", "venv", "--clear"]).arg(&folder)).with_context(|| {
        hinted("cannot make an environment for Python", "on Debian: `apt-get install python3-venv`")
    })?;
    let mut install = project.command(python_program(project, "pip"));
    install.args(["install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--requirement"]);
    project.run(install.arg("infra/requirements.txt")).context("cannot install the packages")?;
    std::fs::write(&stamp, list).with_context(|| format!("cannot write `{}`", stamp.display()))
}

/// A configuration that leads Terraform to the mirror of this machine, unless somebody has one of their own or there is none.
fn provider_source(project: &Project) -> Result<Option<PathBuf>> {
    // One that is named and not there is as good as none.
    if variable("TF_CLI_CONFIG_FILE").is_some_and(|path| Path::new(&path).is_file()) {
        return Ok(None);
    }
    let Some(mirror) = MIRRORS.iter().map(|folder| Path::new(folder).join("tf-plugins")).find(|path| path.is_dir())
    else {
        return Ok(None);
    };
    let path = project.state("terraform.rc")?;
    let text =
        format!("provider_installation {{\n  filesystem_mirror {{\n    path = \"{}\"\n  }}\n}}\n", mirror.display());
    std::fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
    Ok(Some(path))
}

fn with_configuration(command: &mut Command, configuration: Option<&Path>) {
    if let Some(configuration) = configuration {
        command.env("TF_CLI_CONFIG_FILE", configuration);
    }
}

/// Asks Terraform for it, in a folder of its own.
fn provider_is_there(place: &mut Workplace, configuration: Option<&Path>) -> Result<bool> {
    let mut command = place.project.command("terraform");
    command.args(["-chdir=infra/modules/registry", "init", "-backend=false", "-input=false", "-no-color"]);
    command.env("TF_DATA_DIR", place.project.state("terraform-data")?);
    with_configuration(&mut command, configuration);
    Ok(place.project.status(&mut command)?.success())
}

/// Exceptions of checkov without a reason: `#checkov:skip=CKV_AWS_18` alone.
fn unexplained_skips(project: &Project) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for path in crate::tidy::tree(project)?.iter().filter(|path| path.rsplit('.').next() == Some("tf")) {
        for (number, line) in read(&project.path(path))?.lines().enumerate() {
            let Some((_, skip)) = line.split_once("checkov:skip=") else { continue };
            let reason = skip.split_once(':').map(|(_, reason)| reason.trim()).unwrap_or_default();
            if reason.is_empty() {
                findings.push(format!("{path}:{}: `{skip}` gives no reason", number + 1));
            }
        }
    }
    Ok(findings)
}
