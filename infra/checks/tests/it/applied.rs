//! The stacks `state` and `foundation`, applied to a simulated AWS: a second plan finds nothing to do, an operator works on the very buckets
//! with the very rights, and nobody does what is another's. One test, since an apply takes a minute.
//! Moto knows no notifications of a budget, no boundary of a user and no App Runner: the first two are left out here, and both origins have
//! tests of their own.

use infra_checks::moto::{Keys, Moto};
use infra_checks::policy::{Call, refusal};
use infra_checks::terraform::Workspace;
use serde_json::Value;
use storefront_tests::operator::Operator;
use storefront_tests::operator_version::Made;

const PROVIDER: &str = "
provider \"aws\" {
  s3_use_path_style           = true
  skip_credentials_validation = true
}
";

const VARIABLES: &str = "
api_domain        = \"api.shop.example\"
github_repository = \"example/shop\"
alarm_emails      = [\"operations@shop.example\"]
disposable        = true
sells             = false
";

#[test]
fn what_is_applied_is_what_the_shop_needs() {
    let moto = Moto::start();
    let workspace = Workspace::new()
        .with("AWS_ENDPOINT_URL", &moto.endpoint())
        .with("AWS_ACCESS_KEY_ID", "testing")
        .with("AWS_SECRET_ACCESS_KEY", "testing");
    let unbounded = "resource \"aws_iam_user\" \"this\" {\n  permissions_boundary = null\n}\n";
    workspace.write("modules/edge_reader/test_override.tf", unbounded);
    workspace.write("modules/alarms/test_override.tf", "resource \"aws_budgets_budget\" \"this\" {\n  count = 0\n}\n");

    let state = apply_alone(&workspace, "stacks/state");
    let bucket = state["bucket"]["value"].as_str().unwrap();
    let key = state["key_arn"]["value"].as_str().unwrap();
    state_refuses_old_connections(bucket, &state);
    // It refuses what comes without TLS; moto would refuse everything.
    moto.drop_policy_of(bucket);
    apply_as_workflows_do(&workspace, bucket, key);
    let foundation = workspace.outputs("stacks/foundation");

    let text = workspace.expect("stacks/foundation", &["state", "pull"]);
    for secret in ["aws_secretsmanager_secret_version", "aws_iam_access_key", "secret_string"] {
        assert!(!text.contains(secret), "the state has a value of a secret: `{secret}`");
    }
    let left = std::fs::read_dir(workspace.path("stacks/foundation")).unwrap().filter_map(Result::ok);
    let local: Vec<_> = left.map(|entry| entry.file_name()).filter(|name| name == "terraform.tfstate").collect();
    assert!(local.is_empty(), "the state is in the bucket, not beside the configuration");

    buckets_refuse_blind_writes(&foundation);
    roles_are_for_one_environment(&workspace);
    operators_do_what_is_theirs(&moto, &foundation);
}

/// Applies the stack that has its state in a file, and looks whether a second plan finds anything to do. Gives its outputs.
fn apply_alone(workspace: &Workspace, folder: &str) -> Value {
    workspace.write(&format!("{folder}/test_override.tf"), PROVIDER);
    workspace.expect(folder, &["init", "-input=false", "-no-color"]);
    workspace.expect(folder, &["apply", "-auto-approve", "-input=false", "-no-color"]);
    let again = workspace.run(folder, &["plan", "-detailed-exitcode", "-input=false", "-no-color"]);
    assert_eq!(again.code, 0, "a second plan of `{folder}` changes something:\n{}", again.said);
    workspace.outputs(folder)
}

/// Plans and applies the foundation with the script of the workflow, its state in the bucket that was just made. A plan that is not the one
/// that was read is not applied, and after the apply there is nothing to do.
fn apply_as_workflows_do(workspace: &Workspace, bucket: &str, key: &str) {
    workspace.write("stacks/foundation/test_override.tf", PROVIDER);
    let given = format!("{VARIABLES}state_bucket = \"{bucket}\"\nstate_key_arn = \"{key}\"\n");
    // What moto needs to be asked with; AWS needs none of it.
    let moto = "-backend-config=use_path_style=true -backend-config=skip_credentials_validation=true";
    let variables = [
        ("STACK", "foundation"),
        ("STATE_BUCKET", bucket),
        ("STATE_KEY_ARN", key),
        ("STACK_VARIABLES", &given),
        ("TF_CLI_ARGS_init", moto),
    ];
    let stack = |act: &str| workspace.script("stack.sh", &[act], &variables);
    let planned = stack("plan");
    assert_eq!(planned.code, 0, "{}", planned.said);
    let plan = std::fs::read_to_string(workspace.path("plans/foundation.txt")).unwrap();

    workspace.write("plans/foundation.txt", &plan.replace("api.shop.example", "api.elsewhere.example"));
    let refused = stack("apply");
    assert_eq!(refused.code, 1, "{}", refused.said);
    assert!(refused.said.contains("error: this is not the plan that was read"), "{}", refused.said);

    workspace.write("plans/foundation.txt", &plan);
    let applied = stack("apply");
    assert_eq!(applied.code, 0, "{}", applied.said);
    let again = stack("plan");
    assert_eq!(again.code, 0, "{}", again.said);
    let plan = std::fs::read_to_string(workspace.path("plans/foundation.txt")).unwrap();
    assert!(plan.contains("No changes."), "a second plan of the foundation changes something:\n{plan}");
}

/// The bucket of the state refuses what the buckets of remotes refuse, and asks for no condition of a write: Terraform locks it itself.
fn state_refuses_old_connections(bucket: &str, state: &Value) {
    let policy: Value = serde_json::from_str(state["policy"]["value"].as_str().unwrap()).expect("a policy is JSON");
    let check = |secure: &'static str, version: &'static str, expect: Option<&str>| {
        let keys = vec![("aws:SecureTransport", secure), ("s3:TlsVersion", version)];
        let call = Call { action: "s3:PutObject", resource: format!("arn:aws:s3:::{bucket}/foundation"), keys };
        assert_eq!(refusal(&policy, &call).as_deref(), expect, "{call:?}");
    };
    check("true", "1.3", None);
    check("true", "1.2", None);
    check("true", "1.1", Some("OnlyModernTls"));
    check("false", "1.3", Some("OnlyEncrypted"));
}

/// Moto does not look at conditions, so the policies are read as S3 would read them.
fn buckets_refuse_blind_writes(foundation: &Value) {
    let policies = foundation["bucket_policies"]["value"].as_object().unwrap();
    assert_eq!(policies.len(), 4, "each remote has a bucket");
    for (remote, policy) in policies {
        let policy: Value = serde_json::from_str(policy.as_str().unwrap()).expect("a policy is JSON");
        let bucket = format!("arn:aws:s3:::storefront-{remote}-production");
        let check = |action: &str, key: &str, keys: &[(&str, &str)], expect: Option<&str>| {
            let over_tls = [("aws:SecureTransport", "true"), ("s3:TlsVersion", "1.3")];
            let known = |name: &str| keys.iter().any(|(key, _)| *key == name);
            let mut all = keys.to_vec();
            all.extend(over_tls.into_iter().filter(|(name, _)| !known(name)));
            let call = Call { action, resource: format!("{bucket}/{key}"), keys: all };
            assert_eq!(refusal(&policy, &call).as_deref(), expect, "{call:?}");
        };
        let (create, replace) = (("s3:if-none-match", "*"), ("s3:if-match", "\"0123\""));
        let file = format!("{remote}/1.0.0/entry.js");
        let release = format!("{remote}/release.json");
        let entry = format!("{remote}/history/1.json");
        check("s3:PutObject", &file, &[create], None);
        check("s3:PutObject", &file, &[], Some("VersionsAreWrittenOnce"));
        check("s3:PutObject", &file, &[replace], Some("VersionsAreWrittenOnce"));
        check("s3:PutObject", &entry, &[], Some("VersionsAreWrittenOnce"));
        check("s3:PutObject", &entry, &[create], None);
        check("s3:PutObject", &release, &[create], None);
        check("s3:PutObject", &release, &[replace], None);
        check("s3:PutObject", &release, &[], Some("ReleaseIsExchanged"));
        check("s3:GetObject", &file, &[], None);
        check("s3:GetObject", &file, &[("aws:SecureTransport", "false")], Some("OnlyEncrypted"));
        check("s3:GetObject", &file, &[("s3:TlsVersion", "1.1")], Some("OnlyModernTls"));
    }
}

/// Who may take a role is in the state: one environment of one repository, and only with a token made for AWS.
fn roles_are_for_one_environment(workspace: &Workspace) {
    let state = workspace.expect("stacks/foundation", &["state", "pull"]);
    let state: Value = serde_json::from_str(&state).expect("a state is JSON");
    let resources = state["resources"].as_array().unwrap();
    let roles: Vec<&Value> = resources
        .iter()
        .filter(|resource| resource["type"] == "aws_iam_role")
        .flat_map(|resource| resource["instances"].as_array().unwrap())
        .map(|instance| &instance["attributes"])
        .collect();
    let expect = [
        ("storefront-production-apply", "production-infra"),
        ("storefront-production-deploy-origin", "production-origin"),
        ("storefront-production-edge-metrics", "production-metrics"),
        ("storefront-production-plan", "production-plan"),
        ("storefront-production-publish-cart", "production-remote-cart"),
        ("storefront-production-publish-checkout", "production-remote-checkout"),
        ("storefront-production-publish-product-detail", "production-remote-product-detail"),
        ("storefront-production-publish-products", "production-remote-products"),
    ];
    let mut found: Vec<(String, String)> = roles
        .iter()
        .map(|role| {
            let trust: Value = serde_json::from_str(role["assume_role_policy"].as_str().unwrap()).unwrap();
            let statement = &trust["Statement"];
            let statement = if statement.is_array() { &statement[0] } else { statement };
            let condition = &statement["Condition"]["StringEquals"];
            assert_eq!(condition["token.actions.githubusercontent.com:aud"], "sts.amazonaws.com", "{trust}");
            let subject = condition["token.actions.githubusercontent.com:sub"].as_str().unwrap();
            let environment = subject.strip_prefix("repo:example/shop:environment:").unwrap();
            (role["name"].as_str().unwrap().to_owned(), environment.to_owned())
        })
        .collect();
    found.sort();
    let expect: Vec<(String, String)> =
        expect.iter().map(|(role, environment)| ((*role).to_owned(), (*environment).to_owned())).collect();
    assert_eq!(found, expect);
}

fn operators_do_what_is_theirs(moto: &Moto, foundation: &Value) {
    let text = |output: &str| foundation[output]["value"].as_str().unwrap().to_owned();
    let buckets = foundation["bucket_names"]["value"].as_object().unwrap();
    for bucket in buckets.values() {
        moto.drop_policy_of(bucket.as_str().unwrap());
    }
    let role = |remote: &str| foundation["publisher_role_arns"]["value"][remote].as_str().unwrap().to_owned();
    let of_products = moto.session_of(&role("products"));
    let of_detail = moto.session_of(&role("product-detail"));
    let of_edge = moto.key_of(&text("edge_user"));
    moto.enforce_policies();

    let operator = |keys: &Keys| {
        let operator = Operator::new()
            .with("AWS_ENDPOINT_URL_S3", &moto.endpoint())
            .with("AWS_REGION", "us-east-1")
            .with("AWS_ACCESS_KEY_ID", &keys.id)
            .with("AWS_SECRET_ACCESS_KEY", &keys.secret)
            .with("REMOTES_BUCKET", &text("remotes_bucket"));
        match &keys.token {
            Some(token) => operator.with("AWS_SESSION_TOKEN", token),
            None => operator,
        }
    };
    let folders = tempfile::tempdir().expect("a folder for versions");
    let publish = |operator: &Operator, remote: &str, number: &str| {
        let folder = Made::new(remote, number).write(folders.path());
        operator.run(&format!("publish {}", folder.display()))
    };

    let products = operator(&of_products);
    publish(&products, "products", "1.0.0").expect(0);
    publish(&products, "products", "1.1.0").expect(0);
    products.run("promote products 1.0.0 --stable 1.0.0").expect(0);
    products.run("canary products 1.1.0 --percent 5").expect(0);
    products.run("promote products").expect(0);
    products.run("rollback products").expect(0);
    products.run("verify products 1.0.0").expect(0);

    let refused = publish(&products, "product-detail", "1.0.0").expect(5);
    assert!(refused.err.starts_with("error: "), "{refused}");
    publish(&operator(&of_detail), "product-detail", "1.0.0").expect(0);
    operator(&of_detail).run("rollback products").expect(5);

    let edge = operator(&of_edge);
    edge.run("status products --json").expect(0);
    edge.run("status product-detail --json").expect(0);
    publish(&edge, "products", "1.2.0").expect(5);
    edge.run("canary products 1.1.0 --percent 5").expect(5);
}
