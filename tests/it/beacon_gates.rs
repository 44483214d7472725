//! Which reports count: those of versions that the shop serves at this moment, and none is hidden by a flood of others.
//! What a report must be, and what becomes of too many, is `beacon.rs`'s subject.

use storefront_tests::bundle;
use storefront_tests::object_store::{Rollout, Store as _};

use crate::Faults;
use crate::beacon::{post, report};
use crate::fault::{PRODUCTS, Rig};
use crate::rollout_visitors::development;

/// A report of another version and kind than [`report`]'s.
fn of(version: &str, kind: &str, message: &str) -> String {
    let own = bundle::remote(PRODUCTS).version;
    report(message).replace(&format!("\"{own}\""), &format!("\"{version}\"")).replace("import", kind)
}

#[test]
fn a_flood_of_made_up_versions_hides_no_report_and_counts_for_nothing() {
    let Rig { shop, .. } = crate::fault::calm();
    let mut faults = Faults::default();
    for number in 0..40 {
        let answer = shop.server.send(&post(of("0.0.1", "contract", &format!("made up {number}"))));
        faults.equal("a made-up version", &answer.status, &204);
    }
    let own = bundle::remote(PRODUCTS).version;
    let answer = shop.server.send(&post(of(&own, "contract", "honest, after the flood")));
    faults.equal("the honest report", &answer.status, &204);
    shop.server.expect_output("honest, after the flood");
    faults.expect(!shop.server.output().contains("made up 0"), || "a version that nobody has is in the log".to_owned());
    faults.report("whoever invents versions must neither stop a rollout nor hide what is wrong with it");
}

#[test]
fn a_report_counts_for_the_canary_and_for_a_preview_of_its_sender() {
    let trial = development();
    let server = &trial.shop.server;
    let (canary, next) = (trial.canary.number(), trial.next.number());
    let mut faults = Faults::default();
    let send = |faults: &mut Faults, request| faults.equal("status", &server.send(&request).status, &204);
    send(&mut faults, post(of(canary, "mount", "of the canary")));
    send(&mut faults, post(of(next, "mount", "of what nobody gets")));
    let cookie = format!("storefront-preview=remote.products={next}");
    send(&mut faults, post(of(next, "mount", "of a preview")).header("cookie", &cookie));
    // In the order in which they were sent, so the last one says that the others are through.
    server.expect_output("of a preview");
    let output = server.output();
    faults.expect(output.contains("of the canary"), || "the canary's report is not in the log".to_owned());
    faults.expect(!output.contains("of what nobody gets"), || "a version that is not released counts".to_owned());
    faults.report("what is served is bundled, stable, canary, fallback, or the sender's own preview");
}

#[test]
fn an_isolate_that_has_shown_no_page_yet_knows_the_canary() {
    let rig = Rig::start("gates", &[]);
    let stable = rig.shop.bundled(PRODUCTS);
    let canary = stable.derived("8.1.0");
    rig.publish(&stable);
    rig.publish(&canary);
    let mut rollout = Rollout::first(&stable);
    rollout.canary(&canary, 5);
    rig.origin.release(&rollout);
    assert_eq!(rig.shop.server.send(&post(of("8.1.0", "timeout", "to a cold isolate"))).status, 204);
    rig.shop.server.expect_output("to a cold isolate");
}
