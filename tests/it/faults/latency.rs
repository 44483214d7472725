//! A store that answers late costs no visitor anything: pages use the release that is there while the shop asks behind them, one
//! question at a time. The shop of this test would wait for five seconds, were it ever to wait.

use std::time::Duration;

use storefront_tests::client::Request;
use storefront_tests::object_store::{Rollout, Store as _};
use storefront_tests::store_fault::Fault;

use crate::Faults;
use crate::faults::{DETAIL, calm, eventually, now, page_of, same};

/// How late the store answers.
const LATE: Duration = Duration::from_secs(1);

/// Longer than any page takes by itself on a busy machine, shorter than anything that waits for the store.
const AT_ONCE: Duration = Duration::from_millis(700);

#[test]
fn no_page_waits_while_its_release_is_young_however_late_the_store_is() {
    let rig = calm();
    let (shop, store) = (&rig.shop, &rig.store);
    let path = store.path(DETAIL, "product-detail/release.json");
    let versions = ["2.0.0", "2.1.0"].map(|number| shop.bundled(DETAIL).derived(number));
    for version in &versions {
        rig.publish(version);
    }
    let mut rollout = Rollout::first(&versions[0]);
    store.release(&rollout);
    shop.until_shown(DETAIL, &versions[0]);

    store.break_it(&path, Fault::Slow(LATE));
    let mut faults = Faults::default();
    let (started, asked) = (now(), store.requests(&path));
    let mut views = 0_u32;
    let mut view = |expect: &[&str]| {
        views += 1;
        let page = shop.look(DETAIL, &Request::get(page_of(DETAIL)))?;
        faults.expect(page.took < AT_ONCE, || format!("view {views} took {:?}", page.took));
        faults.equal("caching", &page.answer.header("cache-control").as_deref(), &Some("no-cache"));
        faults.equal("cookie", &page.answer.header("set-cookie"), &None);
        same("is expected", &expect.contains(&page.version.as_str()), &true).map(|()| page.version)
    };
    eventually("asked three times behind the answers", || {
        view(&["2.0.0"])?;
        same("requests", &(store.requests(&path) >= asked + 3), &true)
    });
    rollout.promote(&versions[1]);
    store.release(&rollout);
    eventually("followed in spite of it", || same("version", &view(&["2.0.0", "2.1.0"])?.as_str(), &"2.1.0"));
    let (asked, most) = (store.requests(&path) - asked, started.elapsed().as_secs() + 2);
    faults.expect(asked as u64 <= most, || format!("{asked} requests for a release, one a second would be {most}"));
    faults.expect(u64::from(views) > 4 * most, || format!("{views} views are too few to tell"));
    store.mend(&path);
    faults.report("a release that is older than fresh and younger than stale is used, and asked for behind the answer");
}
