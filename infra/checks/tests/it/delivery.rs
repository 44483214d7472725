//! The fit of pipelines, configuration and code: remotes, environments, metrics, alarms and their pages.
//! Linters check a workflow by itself.

use std::collections::BTreeSet;
use std::fs;

use infra_checks::configuration::Configuration;
use serde_json::Value;
use storefront_tests::operator::Operator;
use storefront_tests::record::Record;
use storefront_tests::{bundle, project, read};

fn remotes() -> BTreeSet<String> {
    bundle::remotes().into_iter().map(|remote| remote.name).collect()
}

fn workflows() -> Vec<(String, String)> {
    let folder = project().join(".github/workflows");
    let entries = fs::read_dir(folder).expect("there are workflows");
    let mut names: Vec<String> =
        entries.filter_map(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), read(&format!(".github/workflows/{name}")))).collect()
}

#[test]
fn every_remote_ships_alone() {
    for remote in remotes() {
        let workflow = read(&format!(".github/workflows/remote-{remote}.yml"));
        for line in [format!("remote: {remote}"), format!("environment: production-remote-{remote}")] {
            assert!(workflow.contains(&line), "remote-{remote}.yml lacks `{line}`");
        }
    }
    let callers = workflows().into_iter().filter(|(name, _)| name.starts_with("remote-")).count();
    assert_eq!(callers, remotes().len(), "a workflow for each remote, and none for another");
}

#[test]
fn every_remote_has_a_bucket() {
    let foundation = Configuration::read(&project().join("infra/stacks/foundation"));
    let variable = foundation
        .of_kind("variable")
        .find(|block| block.labels().last().is_some_and(|label| label.as_str() == "remotes"))
        .expect("stack `foundation` has the variable `remotes`");
    let default = variable.body().attributes().find(|attribute| attribute.key() == "default").expect("a default");
    let hcl::Expression::Object(object) = default.expr() else { panic!("the remotes are an object") };
    let named: BTreeSet<String> = object.keys().map(ToString::to_string).collect();
    assert_eq!(named, remotes());
}

/// With a default, an apply whose variables lack the line would delete the database or the secrets.
#[test]
fn selling_has_no_default() {
    for stack in ["foundation", "origin"] {
        let stack = Configuration::read(&project().join("infra/stacks").join(stack));
        let is_sells = |block: &&hcl::Block| block.labels().last().is_some_and(|label| label.as_str() == "sells");
        let sells = stack.of_kind("variable").find(is_sells).expect("the stack has the variable `sells`");
        assert!(sells.body().attributes().all(|attribute| attribute.key() != "default"), "{sells:?}");
    }
}

#[test]
fn names_of_wrangler_are_those_of_terraform() {
    let wrangler = read("wrangler.toml");
    let edge = read("infra/stacks/edge/main.tf");
    for name in ["storefront", "storefront-remotes"] {
        assert!(wrangler.contains(&format!("\"{name}-production\"")), "wrangler.toml has `{name}-production`");
        assert!(edge.contains(&format!("\"{name}-${{var.environment}}\"")), "stack `edge` has `{name}`");
    }
    assert!(wrangler.contains("dataset = \"storefront_edge\""), "the Worker writes the points that scripts ask for");
    for script in ["edge-metrics.sh", "remote-soak.sh"] {
        assert!(read(&format!("infra/scripts/{script}")).contains("FROM storefront_edge"), "{script}");
    }
}

#[test]
fn scripts_of_workflows_are_there_and_can_be_run() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut seen = BTreeSet::new();
    for (name, text) in workflows() {
        for (_, rest) in text.match_indices("infra/scripts/").map(|(at, start)| (at, &text[at + start.len()..])) {
            let script: String =
                rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || "-.".contains(*letter)).collect();
            let path = project().join("infra/scripts").join(&script);
            let metadata = fs::metadata(&path).unwrap_or_else(|error| panic!("{name} runs `{script}`: {error}"));
            assert!(metadata.permissions().mode() & 0o111 != 0, "`{script}` is not executable: `chmod +x`");
            seen.insert(script);
        }
    }
    assert!(seen.len() > 5, "{seen:?}");
}

/// What the origin really exports: a scrape of one that has answered a request.
fn origin_metrics() -> BTreeSet<String> {
    let record = Record::start(&[]);
    record.get("/api/products");
    let text = record.metrics();
    let names = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).filter_map(|line| line.split_once(' '));
    // A counter is sampled under its name with `_total` (OpenMetrics 1.0).
    names.map(|(name, kind)| if kind == "counter" { format!("{name}_total") } else { name.to_owned() }).collect()
}

fn metrics_in(text: &str) -> BTreeSet<String> {
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.split(|letter| !is_of_name(letter))
        .filter(|word| word.starts_with("origin_"))
        .map(|word| {
            let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| word.strip_suffix(end));
            base.filter(|base| base.ends_with("_seconds")).unwrap_or(word).to_owned()
        })
        .collect()
}

#[test]
fn dashboards_and_rules_ask_for_metrics_that_there_are() {
    let there = origin_metrics();
    assert!(there.len() > 5, "{there:?}");
    let dashboard = read("infra/observability/dashboard.json");
    let parsed: Value = serde_json::from_str(&dashboard).expect("the dashboard is JSON");
    let panels = parsed["panels"].as_array().expect("a dashboard has panels");
    let asked = panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten();
    let expressions: Vec<&str> = asked.filter_map(|target| target["expr"].as_str()).collect();
    assert!(expressions.len() > 5, "{expressions:?}");
    let rules = read("infra/observability/origin.rules.yml");
    let rules = rules.lines().filter_map(|line| line.trim().strip_prefix("expr: "));
    for text in expressions.into_iter().chain(rules) {
        let missing: Vec<String> = metrics_in(text).difference(&there).cloned().collect();
        assert_eq!(missing, Vec::<String>::new(), "the origin exports {there:?}, `{text}` asks for others");
    }
}

/// `CloudWatch` makes its figures of a line of the log, and finds nothing where a field has another name.
#[test]
fn alarms_read_fields_that_the_log_has() {
    let folder = tempfile::tempdir().expect("a folder for the database");
    let database = format!("sqlite:{}", folder.path().join("shop.db").display());
    let mut record = Record::start(&[("DATABASE_URL", &database)]);
    let line = record.expect_line("\"message\":\"backlog\"");
    let alarms = read("infra/modules/origin_alarms/main.tf");
    let fields: Vec<&str> = alarms.split("{ field = \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(fields.len(), 6, "{fields:?}");
    for field in fields {
        assert!(line[field].is_number(), "the log has no `{field}`: {line}");
    }
}

#[test]
fn every_alarm_has_its_page() {
    let operations = read("docs/operations.md");
    let mut names = BTreeSet::new();
    for file in [
        "infra/modules/alarms/main.tf",
        "infra/modules/origin_alarms/main.tf",
        "infra/observability/origin.rules.yml",
        "infra/observability/edge.rules.yml",
    ] {
        let text = read(file);
        for (at, start) in text.match_indices("docs/operations.md#") {
            let name: String = text[at + start.len()..]
                .chars()
                .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
                .collect();
            names.insert(name);
        }
        // Keys of the alarms that are made in a loop.
        names.extend(
            text.split_whitespace()
                .filter(|word| word.starts_with("edge-") || word.starts_with("origin-"))
                .map(|word| {
                    word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').to_owned()
                })
                .filter(|word| {
                    text.contains(&format!("{word} = {{"))
                        || text.contains(&format!("{word}  = {{"))
                        || text.contains(&format!("{word}    = {{"))
                }),
        );
    }
    names.remove("");
    assert!(names.len() >= 7, "{names:?}");
    for name in names {
        assert!(operations.contains(&format!("### {name}\n")), "docs/operations.md has no section `{name}`");
    }
}

/// A secret that a runbook has written to a file is its owner's alone, and not in the checkout.
#[test]
fn secrets_are_written_where_nobody_else_reads() {
    let mut seen = 0;
    for page in ["docs/operations.md", "infra/README.md", "docs/deploy.md", "docs/origin.md"] {
        for section in read(page).split("\n## ") {
            let named =
                ["> old", "> new", "> value", "> secret", "> key"].iter().filter_map(|name| section.find(name)).min();
            let Some(first) = named else { continue };
            let before = &section[..first];
            let title = section.lines().next().unwrap_or_default();
            for needed in ["umask 077", "mktemp -d"] {
                assert!(before.contains(needed), "{page}, \"{title}\", writes a secret without `{needed}`");
            }
            seen += 1;
        }
    }
    assert!(seen >= 2, "the runbooks write secrets in {seen} sections");
}

#[test]
fn commands_of_the_operator_take_what_they_are_given() {
    let mut texts = workflows();
    texts.push(("operations.md".to_owned(), read("docs/operations.md")));
    for script in ["remote-canary.sh", "remote-promote.sh", "remote-release.sh", "remote-take-back.sh"] {
        let text = read(&format!("infra/scripts/{script}")).replace("\"$storefront\"", "storefront");
        texts.push((script.to_owned(), text.replace("\"${STOREFRONT:-target/debug/storefront}\"", "storefront")));
    }
    let mut seen = 0;
    for (name, text) in texts {
        for command in text.lines().flat_map(|line| line.split("storefront ").skip(1)) {
            let command = command.split(['`', '|', ')']).next().unwrap_or_default();
            let mut words = command.split_whitespace();
            let Some(subcommand) = words.next().filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()))
            else {
                continue;
            };
            let help = Operator::new().run(&format!("{subcommand} --help"));
            if help.code != 0 {
                continue;
            }
            for option in words.filter(|word| word.starts_with("--")) {
                assert!(help.out.contains(option), "{name}: `storefront {subcommand}` takes no `{option}`");
                seen += 1;
            }
        }
    }
    assert!(seen > 4, "{seen}");
}

/// The commands of the runbook, with its words for names and numbers filled in. No store is configured, so none does anything.
#[test]
fn commands_of_the_runbook_are_commands_of_the_operator() {
    let mut seen = 0;
    for command in read("docs/operations.md").split("`storefront ").skip(1) {
        let command = command.split(['`', '|']).next().unwrap_or_default();
        let line = command.replace("NAME", "products").replace("VERSION", "1.1.0");
        let ran = Operator::new().run(&line);
        for refused in ["error: invalid value", "error: unexpected argument", "error: unrecognized subcommand"] {
            assert!(!ran.err.contains(refused), "docs/operations.md, `storefront {command}`: {}", ran.err);
        }
        seen += usize::from(line != command);
    }
    assert!(seen > 4, "{seen} commands with a name in them");
}

#[test]
fn the_readme_rolls_out_what_is_built() {
    let version = bundle::remote("products").version;
    let readme = read("README.md");
    for line in [format!("promote products {version}\n"), format!("s/\"version\": \"{version}\"/\"version\": ")] {
        assert!(readme.contains(&line), "README.md has `{line}`, since `products` is at {version}");
    }
}
