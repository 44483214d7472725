//! What is known of the parts that the shop is built from does not stand still: vulnerabilities are looked up every day, updates are proposed for
//! every lock file and pin, and no preview at a public address is open. Whether GitHub runs it cannot be tried here.

use std::collections::BTreeSet;

use infra_checks::terraform::folders;
use storefront_tests::{project, read};

#[test]
fn every_lock_file_is_looked_up_every_day() {
    let workflow = read(".github/workflows/advisories.yml");
    for line in ["  schedule:", "cargo xtask test --only advisories"] {
        assert!(workflow.contains(line), "advisories.yml lacks `{line}`");
    }
    let stage = read("xtask/src/advisories.rs");
    assert!(stage.contains("NPM_FOLDERS: [&str; 2] = [\"\", \"infra\"]"), "both package-lock.json are looked up");
    for folder in ["", "infra/"] {
        assert!(project().join(format!("{folder}package-lock.json")).is_file(), "{folder}package-lock.json");
    }
    let operations = read("docs/operations.md");
    assert!(operations.contains("## Known vulnerabilities"), "docs/operations.md says how soon a finding is mended");
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
