//! A flood of made-up versions: so many questions to the store and no more, and no published version that a release names becomes
//! unreachable by it.

use std::time::Duration;

use storefront_tests::object_store::{Rollout, Store as _};

use crate::Faults;
use crate::faults::{PRODUCTS, Rig, eventually, now, same};
use crate::http::kinds::{NOTHING, PROBLEM};

/// Made-up versions, each asked for once.
const MADE_UP: usize = 300;

/// How many of them the store may be asked for at once, and how many more a second.
const BURST: usize = 50;
const PER_SECOND: usize = 5;

#[test]
fn made_up_versions_cost_the_store_a_bounded_number_of_questions() {
    let rig = Rig::start("storefront", &[("STORE_TIMEOUT_MS", "2000")]);
    let bundled = rig.shop.bundled(PRODUCTS);
    let [named, stable, unnamed] = ["4.0.0", "4.1.0", "4.2.0"].map(|number| bundled.derived(number));
    for version in [&named, &stable, &unnamed] {
        rig.publish(version);
    }
    let mut rollout = Rollout::first(&stable);
    rollout.register(&named);
    rig.store.release(&rollout);
    rig.shop.until_shown(PRODUCTS, &stable);

    let mut faults = Faults::default();
    let started = now();
    for number in 0..MADE_UP {
        let target = format!("/remotes/products/9.0.{number}/x.js");
        let answer = rig.shop.server.get(&target);
        let is_right = answer.status == 404 || answer.status == 503;
        faults.expect(is_right, || format!("{target}: {}", answer.status));
        faults.equal(&target, &answer.header("content-type").as_deref(), &Some(PROBLEM));
        faults.equal(&target, &answer.header("cache-control").as_deref(), &Some(NOTHING));
        if answer.status == 503 {
            faults.equal(&target, &answer.header("retry-after").as_deref(), &Some("1"));
            faults.equal(&target, &answer.json()["code"].as_str(), &Some("unread"));
        }
    }
    // While nothing is left of the bound: a version that the release names, and that this isolate has never read.
    let file = rig.shop.server.get(named.url(named.style()));
    faults.equal("a version that the release names", &file.status, &200);
    let seconds = usize::try_from(started.elapsed().as_secs()).unwrap_or(usize::MAX) + 1;
    let (asked, most) = (rig.store.requests("/9.0."), BURST + PER_SECOND * seconds);
    faults.expect(asked <= most, || format!("{asked} questions to the store for {MADE_UP} made-up versions"));
    faults.expect(most < MADE_UP, || format!("the flood took {seconds} s, which is too slow to tell anything"));

    // A preview is an operator's, and passes no gate.
    let preview = rig.shop.server.get(format!("/products?remote.products={}", unnamed.number()));
    faults.equal("a preview link", &preview.status, &303);
    // And everybody else a moment later.
    eventually("a version that no release names", || {
        same("status", &rig.shop.server.get(unnamed.url(unnamed.style())).status, &200)
    });
    let page = rig.shop.shown(PRODUCTS);
    faults.equal("the page", &page.version.as_str(), &stable.number());
    faults.expect(page.took < Duration::from_secs(1), || format!("the page took {:?}", page.took));
    faults.report("what no release names passes a gate; what one names does not come to it");
}
