//! Plans and applies of a stack with a stand-in for Terraform: providers are locked, and only a plan that somebody could read is applied.
//! Applies by Terraform itself are in `applied.rs`.

use infra_checks::stand_in::{Fault, Ran, StandIns};
use infra_checks::terraform::{Workspace, folders};
use storefront_tests::{project, read};

use super::{Bench, every_fault};

const TERRAFORM: &str = "case \"$*\" in show*) printf 'Terraform will perform the following actions:\\n\\nPlan: 1 to add, 0 to change, 0 to destroy.\\n' ;; esac";

/// Terraform beside a copy of the stacks, so that nothing is written into the checkout.
struct Stack {
    workspace: Workspace,
    stand_ins: StandIns,
}

impl Stack {
    fn new(name: &str) -> Stack {
        let stand_ins = StandIns::new().program("terraform", TERRAFORM).with("STACK", name).with("STATE_BUCKET", "b");
        let stand_ins =
            stand_ins.with("STATE_KEY_ARN", "arn:aws:kms:us-east-1:123456789012:key/0").with("AWS_REGION", "us-east-1");
        Stack { workspace: Workspace::new(), stand_ins }
    }

    fn run(&self, act: &str) -> Ran {
        self.stand_ins.run_at(&self.workspace.path("scripts/stack.sh"), &[act])
    }
}

pub(super) fn bench(script: &'static str) -> Bench {
    let Stack { workspace, stand_ins } = Stack::new("foundation");
    Bench {
        stand_ins,
        run: Box::new(move |stand_ins| stand_ins.run_at(&workspace.path(&format!("scripts/{script}")), &["plan"])),
    }
}

/// Stacks that a person plans and applies, since their providers are not locked here. Once the file is there, `infra.yml` takes them.
const WITHOUT_A_LOCK: [&str; 1] = ["edge"];

#[test]
fn the_workflow_takes_every_stack_that_is_locked() {
    let workflow = read(".github/workflows/infra.yml");
    let matrices: Vec<&str> =
        workflow.lines().filter_map(|line| line.trim().strip_prefix("stack: [")?.strip_suffix(']')).collect();
    assert_eq!(matrices.len(), 2, "a plan and an apply");
    let names = folders("stacks").into_iter().map(|folder| folder.trim_start_matches("stacks/").to_owned());
    // A person applies `state`, once.
    for name in names.filter(|name| name != "state") {
        let is_locked = project().join(format!("infra/stacks/{name}/.terraform.lock.hcl")).is_file();
        assert_eq!(
            is_locked,
            !WITHOUT_A_LOCK.contains(&name.as_str()),
            "`{name}`: a stack without a lock file is in `WITHOUT_A_LOCK`, named in infra/README.md and in no matrix of infra.yml; one with it is in both"
        );
        for matrix in &matrices {
            let is_taken = matrix.split(", ").any(|stack| stack == name);
            assert_eq!(is_taken, is_locked, "infra.yml has the stacks {matrix}, and `{name}` is locked: {is_locked}");
        }
    }
    let readme = read("infra/README.md");
    for name in WITHOUT_A_LOCK {
        assert!(readme.contains(&format!("The stack `{name}` has no lock file yet")), "infra/README.md names `{name}`");
    }
}

#[test]
fn only_the_plan_that_was_read_is_applied() {
    let stack = Stack::new("foundation");
    assert_eq!(stack.run("plan").code, 0);
    assert!(stack.stand_ins.read("plans/foundation.txt").contains("Plan: 1 to add"));
    assert_eq!(stack.run("apply").code, 0);
    assert!(stack.stand_ins.was_asked("terraform apply"));
    let stack = Stack::new("foundation");
    for read in [None, Some(""), Some("Plan: 2 to add, 0 to change, 0 to destroy.\n")] {
        if let Some(read) = read {
            stack.stand_ins.write("plans/foundation.txt", read);
        }
        assert!(stack.run("apply").code > 0, "{read:?} was read, and another plan is applied");
        assert!(!stack.stand_ins.was_asked("terraform apply"), "{read:?}");
    }
}

#[test]
fn a_plan_that_cannot_be_read_is_none() {
    for act in ["plan", "apply"] {
        let workspace = Workspace::new();
        let script = workspace.path("scripts/stack.sh");
        let make = || {
            let stack = Stack::new("foundation");
            // The bad answer would be the same as the one that was read.
            stack.stand_ins.write("plans/foundation.txt", "null\n");
            stack.stand_ins
        };
        every_fault(
            &["terraform show"],
            make,
            |stand_ins| stand_ins.run_at(&script, &[act]),
            |stand_ins, _, case| {
                assert!(!stand_ins.was_asked("terraform apply"), "{case}: something is applied");
            },
        );
        for call in ["terraform init", "terraform plan"] {
            let stand_ins = make();
            stand_ins.break_calls(call, Fault::Exit);
            assert!(stand_ins.run_at(&script, &[act]).code > 0, "{call}");
            assert!(!stand_ins.was_asked("terraform apply"), "{call}");
        }
    }
}

#[test]
fn providers_come_by_the_lock_file_or_not_at_all() {
    for folder in folders("stacks") {
        let name = folder.trim_start_matches("stacks/");
        if name == "state" {
            // A person applies it, once; Terraform itself demands what its lock file says.
            assert!(project().join("infra/stacks/state/.terraform.lock.hcl").is_file());
            continue;
        }
        let stack = Stack::new(name);
        let lock = stack.workspace.path(&format!("{folder}/.terraform.lock.hcl"));
        if lock.is_file() {
            assert_eq!(stack.run("plan").code, 0, "{name}");
            assert!(stack.stand_ins.was_asked("terraform init -input=false -no-color -lockfile=readonly"), "{name}");
            std::fs::remove_file(&lock).expect("the lock file is there");
        }
        let asked = stack.stand_ins.calls().len();
        for text in [None, Some(""), Some("provider \"registry.terraform.io/cloudflare/cloudflare\" {\n}\n")] {
            if let Some(text) = text {
                std::fs::write(&lock, text).expect("a file");
            }
            let ran = stack.run("plan");
            assert!(ran.code == 1 && ran.err.contains("has no lock file"), "{name} with {text:?}: {}", ran.err);
            assert_eq!(stack.stand_ins.calls().len(), asked, "{name}: Terraform runs without a lock");
        }
    }
}
