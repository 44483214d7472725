//! Vulnerabilities are looked up every day, updates are proposed for every lock file and pin, and neither a branch nor a public address opens anything. Whether GitHub runs it cannot be tried here.

use std::collections::BTreeSet;

use infra_checks::terraform::folders;
use storefront_tests::{project, read};

#[test]
fn every_lock_file_is_looked_up_every_day() {
    let workflow = read(".github/workflows/advisories.yml");
    for line in ["  schedule:", "cargo xtask test advisories"] {
        assert!(workflow.contains(line), "advisories.yml lacks `{line}`");
    }
    let stage = read("xtask/src/advisories.rs");
    assert!(stage.contains("NPM_FOLDERS: [&str; 2] = [\"\", \"infra\"]"), "both package-lock.json are looked up");
    for folder in ["", "infra/"] {
        assert!(project().join(format!("{folder}package-lock.json")).is_file(), "{folder}package-lock.json");
    }
    let operations = read("docs/operations.md");
    assert!(operations.contains("## Known vulnerabilities"), "docs/operations.md has how soon a finding is mended");
}

#[test]
fn updates_are_proposed_for_everything_that_is_pinned() {
    let dependabot = read(".github/dependabot.yml");
    let entries: Vec<&str> = dependabot.split("  - package-ecosystem: ").skip(1).collect();
    let ecosystems: BTreeSet<&str> = entries.iter().filter_map(|entry| entry.lines().next()).collect();
    let wanted = ["cargo", "docker", "github-actions", "npm", "pip", "rust-toolchain", "terraform"];
    assert_eq!(ecosystems, BTreeSet::from(wanted), ".github/dependabot.yml");
    for stack in folders("stacks") {
        assert!(dependabot.contains(&format!("/infra/{stack}")), "nothing proposes providers for `{stack}`");
    }
    for entry in entries {
        assert!(entry.contains("cooldown: { default-days: 7 }"), "a release is taken on the day it appears:\n{entry}");
    }
}

/// Jobs of a workflow, by name.
fn jobs(workflow: &str) -> Vec<(String, String)> {
    let (_, jobs) = workflow.split_once("\njobs:\n").expect("a workflow has jobs");
    let mut found: Vec<(String, String)> = Vec::new();
    for line in jobs.lines() {
        let is_name = line.starts_with("  ") && !line.starts_with("   ") && line.ends_with(':');
        match found.last_mut() {
            Some((_, text)) if !is_name => text.extend([line, "\n"]),
            _ => found.push((line.trim().trim_end_matches(':').to_owned(), String::new())),
        }
    }
    found
}

/// A branch writes its own workflow, so only a reviewer stands between it and a token; its builds run in jobs without a token.
#[test]
fn branches_get_a_token_after_a_review_alone() {
    let readme = read("infra/README.md");
    assert!(
        readme.contains("`production-infra`, `production-edge`, `preview` and `production-plan` reviewers"),
        "step 6 names them"
    );
    let mut seen = 0;
    for file in ["preview.yml", "infra.yml", "ci.yml"] {
        let workflow = read(&format!(".github/workflows/{file}"));
        assert!(workflow.contains("pull_request:"), "{file} is about branches");
        for (name, job) in jobs(&workflow) {
            let is_for_main = job.contains("github.ref == 'refs/heads/main'")
                || job.contains("needs: changed\n")
                || job.contains("needs: [changed, ");
            let (has_token, has_role) = (job.contains("secrets."), job.contains("id-token: write"));
            if is_for_main || !(has_token || has_role) {
                assert!(
                    is_for_main || !job.contains("environment:"),
                    "{file}: `{name}` has an environment and needs none"
                );
                continue;
            }
            let is_reviewed = job.contains("environment: production-plan\n") || job.contains("name: preview\n");
            assert!(is_reviewed, "{file}: `{name}` gives a branch a token without a review");
            assert!(!job.contains("cargo "), "{file}: `{name}` builds beside a token");
            assert!(file != "preview.yml" || job.contains("ref: ${{ github.event.pull_request.base.sha }}"), "{job}");
            seen += 1;
        }
    }
    assert_eq!(seen, 2, "the upload of a preview, and a plan");
}

#[test]
fn what_is_at_a_public_address_is_no_development() {
    let wrangler = read("wrangler.toml");
    let environments: Vec<&str> = wrangler.split("\n[env.").collect();
    let mut seen = 0;
    for name in ["production", "preview"] {
        let vars = environments
            .iter()
            .find(|part| part.starts_with(&format!("{name}.vars]")))
            .expect("an environment has variables");
        assert!(vars.contains("ENVIRONMENT = \"production\""), "`{name}` takes unsigned previews: {vars}");
        assert_eq!(vars.contains("ROBOTS = \"noindex\""), name == "preview", "`{name}`: {vars}");
        seen += 1;
    }
    let public =
        environments.iter().filter(|part| part.contains("workers_dev = true") || part.contains("preview_urls = true"));
    assert_eq!((seen, public.count()), (2, 1), "only the preview has an address of Cloudflare's");
}
