//! The stack `edge` against the schema of Cloudflare's provider, which cannot be installed everywhere: no setting that it does not have,
//! none missing, each of the right kind, and every reference leads somewhere.

use infra_checks::configuration::Configuration;
use infra_checks::references;
use infra_checks::schema::Provider;
use infra_checks::terraform::Workspace;
use storefront_tests::project;

const FOLDERS: [&str; 3] = ["modules/cloudflare_edge", "modules/cloudflare_edge/examples/basic", "stacks/edge"];

fn provider() -> Provider {
    Provider::open(&project().join("infra/node_modules/@cdktf/provider-cloudflare"))
}

fn findings(workspace: &Workspace) -> Vec<String> {
    let provider = provider();
    let mut findings = Vec::new();
    for name in FOLDERS {
        let folder = workspace.path(name);
        let configuration = Configuration::read(&folder);
        findings.extend(configuration.findings(&provider));
        findings.extend(references::findings(&configuration, &folder, &provider));
    }
    findings
}

#[test]
fn the_provider_knows_everything_that_is_set() {
    assert_eq!(findings(&Workspace::new()), Vec::<String>::new());
}

#[test]
fn the_schema_is_of_the_version_that_is_asked_for() {
    let version = provider().version;
    assert!(version.starts_with("5.14."), "the schema is of {version}, infra/modules/cloudflare_edge asks for 5.14");
}

/// The settings of a resource of the module, as text.
fn resource(kind: &str, name: &str) -> String {
    let configuration = Configuration::read(&project().join("infra/modules/cloudflare_edge"));
    let found = configuration
        .of_kind("resource")
        .find(|block| matches!(block.labels(), [found, label] if found.as_str() == kind && label.as_str() == name));
    let block = found.unwrap_or_else(|| panic!("there is no `{kind}.{name}`")).clone();
    hcl::format::to_string(&block).expect("a block that was read can be written")
}

#[test]
fn what_costs_has_a_limit() {
    let limits = resource("cloudflare_ruleset", "rate_limit");
    for path in ["\"/api/", "\"/remotes/", "\"/sitemap", "\"/products", "\"/beacon"] {
        assert!(limits.contains(&path.replace('"', "\\\"")), "no limit is about {path}: {limits}");
    }
    // A text to search for costs far more than anything else, under either name and however it is escaped.
    let (_, searches) = limits.split_once("\"searches\"").expect("searches have a limit of their own");
    for text in [
        "url_decode(http.request.uri.query) contains \\\"search=\\\"",
        "url_decode(http.request.uri.query) contains \\\"q=\\\"",
    ] {
        assert!(searches.contains(text), "`{text}` is not in {searches}");
    }
    assert!(searches.contains("requests_per_period = var.searches_per_10_seconds"), "{searches}");
    let default = |name: &str| {
        let module = Configuration::read(&project().join("infra/modules/cloudflare_edge"));
        let variable =
            module.of_kind("variable").find(|block| block.labels()[0].as_str() == name).expect("a variable").clone();
        let default =
            variable.body().attributes().find(|attribute| attribute.key() == "default").expect("a default").clone();
        default.expr().to_string().parse::<u32>().expect("a number")
    };
    assert!(
        default("searches_per_10_seconds") * 2 <= default("requests_per_10_seconds"),
        "the second limit is a lower one"
    );
}

/// Rules compare paths as they come; without this setting an address that is written otherwise would pass them by.
#[test]
fn addresses_are_normalised_before_any_rule() {
    let settings = resource("cloudflare_url_normalization_settings", "this");
    for line in ["zone_id = cloudflare_zone.this.id", "scope = \"incoming\"", "type = \"cloudflare\""] {
        let is_there = settings.lines().any(|found| found.split_whitespace().collect::<Vec<_>>().join(" ") == line);
        assert!(is_there, "`{line}` is not in {settings}");
    }
}

#[test]
fn the_zone_speaks_https_alone() {
    let text = std::fs::read_to_string(project().join("infra/modules/cloudflare_edge/main.tf")).expect("a file");
    let (_, settings) = text.split_once("settings = {").expect("the zone has settings");
    let settings: Vec<Vec<&str>> =
        settings.split('}').next().unwrap_or_default().lines().map(|line| line.split_whitespace().collect()).collect();
    for (name, value) in [("always_use_https", "\"on\""), ("min_tls_version", "\"1.2\""), ("ssl", "\"strict\"")] {
        assert!(settings.contains(&vec![name, "=", value]), "`{name}` is {value}: {settings:?}");
    }
    assert!(resource("cloudflare_zone_setting", "this").contains("local.settings"), "they are set");
}

#[test]
fn a_mistake_is_found() {
    #[track_caller]
    fn check(old: &str, new: &str, expect: &str) {
        let workspace = Workspace::new();
        workspace.replace("modules/cloudflare_edge/main.tf", old, new);
        let findings = findings(&workspace);
        assert!(findings.iter().any(|finding| finding == expect), "{findings:#?}");
    }
    check(
        "  hostname   = var.shop_domain",
        "  host_name  = var.shop_domain",
        "`cloudflare_workers_custom_domain.shop` has no setting `host_name`",
    );
    check(
        "  hostname   = var.shop_domain\n",
        "",
        "`cloudflare_workers_custom_domain.shop` lacks the setting `hostname`",
    );
    check("  proxied = true", "  proxied = \"yes\"", "`cloudflare_dns_record.other.proxied` is to be true or false");
    check(
        "      ratelimit = {\n        characteristics     = [\"cf.colo.id\", \"ip.src\"]\n        period              = 10\n        requests_per_period = var.requests_per_10_seconds\n",
        "      rate_limit = {\n        characteristics     = [\"cf.colo.id\", \"ip.src\"]\n        period              = 10\n        requests_per_period = var.requests_per_10_seconds\n",
        "`cloudflare_ruleset.rate_limit.rules[0]` has no setting `rate_limit`",
    );
    check(
        "        period              = 10\n        requests_per_period = var.requests_per_10_seconds\n",
        "        requests_per_period = var.requests_per_10_seconds\n",
        "`cloudflare_ruleset.rate_limit.rules[0].ratelimit` lacks the setting `period`",
    );
    check(
        "        requests_per_period = var.searches_per_10_seconds\n",
        "        requests = var.searches_per_10_seconds\n",
        "`cloudflare_ruleset.rate_limit.rules[0].ratelimit` has no setting `requests`",
    );
    check("  scope   = \"incoming\"\n", "", "`cloudflare_url_normalization_settings.this` lacks the setting `scope`");
    check("script  = var.worker_name", "script  = var.worker", "`var.worker` is not there");
    check(
        "\"cloudflare_workers_route\" \"other\"",
        "\"cloudflare_worker_routes\" \"other\"",
        "`cloudflare_worker_routes.other`: the provider has no `cloudflare_worker_routes`",
    );
    check(
        "bucket_name = cloudflare_r2_bucket.remotes.name",
        "bucket_name = cloudflare_r2_bucket.remote.name",
        "`cloudflare_r2_bucket.remote.name` is not there",
    );
}
