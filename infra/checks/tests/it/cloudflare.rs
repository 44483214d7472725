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
        "      ratelimit = {\n",
        "      rate_limit = {\n",
        "`cloudflare_ruleset.rate_limit.rules[0]` has no setting `rate_limit`",
    );
    check(
        "        period              = 10\n",
        "",
        "`cloudflare_ruleset.rate_limit.rules[0].ratelimit` lacks the setting `period`",
    );
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
