//! Cohorts: the visitors who get a canary. The laws that make a canary sticky and a rollback exact, and the statistics that make it fair.
//! Visitors are drawn from a counter, so every run sees the same ones.

use std::collections::BTreeSet;

use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, proptest};
use rollout::{BUCKETS, Next, Release, Salt, Share, Visitor, bucket, candidates};
use sha2::{Digest as _, Sha256};

use crate::fixture::{after, apply, cases, change, first, products, registration, remote, share, text_of, version};

const VISITORS: usize = 10_000;

fn visitors(count: usize) -> Vec<Visitor> {
    let mark = |number: usize| {
        let hash = Sha256::digest(format!("visitor {number}").as_bytes());
        let (number, _) = hash.split_first_chunk().expect("a hash has 32 bytes");
        format!("{:032x}", u128::from_be_bytes(*number))
    };
    (0..count).map(|number| Visitor::new(&mark(number)).unwrap()).collect()
}

/// Who of the visitors gets the canary.
fn reached<'a>(release: &Release, visitors: &'a [Visitor]) -> BTreeSet<&'a Visitor> {
    visitors.iter().filter(|visitor| release.canary_for(Some(visitor)).is_some()).collect()
}

/// What each of the visitors gets.
fn assigned(release: &Release, visitors: &[Visitor]) -> Vec<String> {
    let best = |visitor| candidates(Some(release), Some(visitor), None, None)[0].version.to_string();
    visitors.iter().map(best).collect()
}

#[test]
fn a_bucket_is_what_sha256sum_says() {
    // printf 'products\0''0123…' | sha256sum; its first 16 digits as a number, modulo 10,000. Computed with Python's hashlib.
    #[track_caller]
    fn check(salt: &str, visitor: &str, expect: u16) {
        assert_eq!(bucket(&Salt::new(salt).unwrap(), &Visitor::new(visitor).unwrap()), expect, "{salt} {visitor}");
    }
    check("products", "00112233445566778899aabbccddeeff", 5763);
    check("cart", "00112233445566778899aabbccddeeff", 2760);
    check("product-detail", "00112233445566778899aabbccddeeff", 4416);
    check("products", "00000000000000000000000000000000", 5975);
    check("products", "ffffffffffffffffffffffffffffffff", 9435);
    check("a", "0123456789abcdef0123456789abcdef", 4019);
    check(&"A_-9".repeat(16), "0123456789abcdef0123456789abcdef", 9251);
}

#[test]
fn the_edges_of_a_share_are_exact() {
    #[track_caller]
    fn check(visitor: &str, number: u16, least: &str) {
        let visitor = Visitor::new(visitor).unwrap();
        let release = |share: Share| {
            let before = after("register 1.1.0");
            let next = before.set_canary(&version("1.1.0"), share, None, &change(""));
            let Ok(Next::Changed(next)) = next else { panic!("{next:?}") };
            next
        };
        assert_eq!(bucket(&Salt::of_remote(&products()), &visitor), number);
        let least = share(least);
        assert!(release(least).canary_for(Some(&visitor)).is_some(), "bucket {number} at {least} %");
        let below = Share::of_buckets(least.buckets() - 1).unwrap();
        assert!(release(below).canary_for(Some(&visitor)).is_none(), "bucket {number} at {below} %");
    }
    check("000000000000000000000000000048c0", 0, "0.01");
    check("00000000000000000000000000002700", 1, "0.02");
    check("00000000000000000000000000000938", 99, "1");
    check("00000000000000000000000000000685", 100, "1.01");
    check("00000000000000000000000000001570", 499, "5");
    check("000000000000000000000000000010d9", 500, "5.01");
    check("000000000000000000000000000058eb", 1249, "12.5");
    check("00000000000000000000000000000614", 4999, "50");
    check("000000000000000000000000000031e7", 9998, "99.99");
    check("000000000000000000000000000039ce", 9999, "100");
}

#[test]
fn nobody_at_0_and_everybody_at_100_percent() {
    let visitors = visitors(1_000);
    let none = after("register 1.1.0; canary 1.1.0 0");
    let all = after("register 1.1.0; canary 1.1.0 100");
    assert!(!none.splits() && !all.splits());
    assert_eq!(reached(&none, &visitors).len(), 0);
    assert_eq!(reached(&all, &visitors).len(), visitors.len());
    assert_eq!(none.canary_for(None), None);
    assert_eq!(all.canary_for(None), Some(&version("1.1.0")), "without a mark everybody is everybody");
    assert_eq!(after("register 1.1.0; canary 1.1.0 99.99").canary_for(None), None, "without a mark in no cohort");
    assert_eq!(first().canary_for(visitors.first()), None);
}

#[test]
fn shares_are_within_statistics() {
    let visitors = visitors(VISITORS);
    for name in ["products", "cart", "product-detail"] {
        let salt = Salt::of_remote(&remote(name));
        let buckets: Vec<u16> = visitors.iter().map(|visitor| bucket(&salt, visitor)).collect();
        assert!(buckets.iter().all(|bucket| *bucket < BUCKETS));
        for percent in ["0.5", "1", "5", "12.5", "25", "50", "75", "99"] {
            let share = share(percent);
            let found = buckets.iter().filter(|bucket| share.includes(**bucket)).count();
            assert_close(found, f64::from(share.buckets()) / f64::from(BUCKETS), &format!("{name} at {percent} %"));
        }
        // Pearson's statistic over 100 equal groups: 99 degrees of freedom, above 160 once in 10,000 draws.
        let expect = f64::from(u32::try_from(VISITORS).unwrap()) / 100.0;
        let groups = (0..100).map(|group| buckets.iter().filter(|bucket| **bucket / 100 == group).count());
        let squares: f64 =
            groups.map(|count| (f64::from(u32::try_from(count).unwrap()) - expect).powi(2) / expect).sum();
        assert!(squares < 160.0, "the buckets of {name} are uneven: {squares}");
    }
}

/// Within four standard deviations of a binomial distribution.
#[track_caller]
fn assert_close(found: usize, probability: f64, what: &str) {
    let (found, all) = (f64::from(u32::try_from(found).unwrap()), f64::from(u32::try_from(VISITORS).unwrap()));
    let (expect, deviation) = (all * probability, (all * probability * (1.0 - probability)).sqrt());
    assert!((found - expect).abs() < 4.0 * deviation, "{what}: {found} visitors, expected {expect} ± {deviation}");
}

#[test]
fn remotes_are_independent() {
    let visitors = visitors(VISITORS);
    let of = |name: &str| {
        let salt = Salt::of_remote(&remote(name));
        visitors.iter().map(|visitor| bucket(&salt, visitor)).collect::<Vec<u16>>()
    };
    let (products, cart, detail) = (of("products"), of("cart"), of("product-detail"));
    for (name, one, other) in
        [("cart", &products, &cart), ("product-detail", &products, &detail), ("both", &cart, &detail)]
    {
        for percent in ["5", "25", "50"] {
            let share = share(percent);
            let both =
                one.iter().zip(other).filter(|(one, other)| share.includes(**one) && share.includes(**other)).count();
            let probability = f64::from(share.buckets()) / f64::from(BUCKETS);
            assert_close(both, probability * probability, &format!("{name}: in both canaries of {percent} %"));
        }
    }
}

#[test]
fn a_canary_grows_by_adding_and_a_rollback_returns_exactly_those() {
    let visitors = visitors(2_000);
    let before = after("register 1.1.0");
    let untouched = assigned(&before, &visitors);
    let mut release = before;
    let mut known = BTreeSet::new();
    for command in ["canary 1.1.0 0.5", "step", "step", "canary 1.1.0 7.77", "step", "step", "step"] {
        let Ok(Next::Changed(next)) = apply(&release, command) else { panic!("`{command}` changes nothing") };
        let now = reached(&next, &visitors);
        assert!(now.is_superset(&known), "`{command}` moves somebody back");
        for (visitor, version) in visitors.iter().zip(assigned(&next, &visitors)) {
            assert_eq!(version, if now.contains(visitor) { "1.1.0" } else { "1.0.0" });
        }
        for back in ["rollback", "abort", "canary 1.1.0 0"] {
            let Ok(Next::Changed(back)) = apply(&next, back) else { panic!("`{back}` changes nothing") };
            assert_eq!(assigned(&back, &visitors), untouched, "after `{command}` not everybody is back");
        }
        known = now;
        release = *next;
    }
    assert_eq!(known.len(), visitors.len());
    let Ok(Next::Changed(promoted)) = apply(&release, "promote") else { panic!("not promoted") };
    assert_eq!(
        assigned(&promoted, &visitors),
        assigned(&release, &visitors),
        "100 % and promoted are the same to everybody"
    );
    let Ok(Next::Changed(back)) = apply(&promoted, "rollback") else { panic!("not rolled back") };
    assert_eq!(assigned(&back, &visitors), untouched);
}

#[test]
fn a_new_version_reshuffles_nobody() {
    let visitors = visitors(2_000);
    let one = after("register 1.1.0; canary 1.1.0 20");
    let other =
        after("register 1.1.0; canary 1.1.0 20; promote; register 1.2.0-rc.1 7; lock; unlock; canary 1.2.0-rc.1 20");
    assert_eq!(reached(&one, &visitors), reached(&other, &visitors));
    let read = Release::parse(&products(), text_of(&other).as_bytes()).unwrap();
    assert_eq!(reached(&read, &visitors), reached(&other, &visitors), "nor does writing and reading");
    let anew = Release::first(products(), version("3.0.0"), registration(0), &change(""));
    assert_eq!(anew.salt(), one.salt(), "nor does a bucket that was lost and is filled again");
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn who_is_in_a_share_is_in_every_larger_one(
        mark in "[0-9a-f]{32}", name in "[a-z][a-z0-9-]{0,38}[a-z0-9]", one in 0..=BUCKETS, other in 0..=BUCKETS
    ) {
        let bucket = bucket(&Salt::of_remote(&remote(&name)), &Visitor::new(&mark).unwrap());
        prop_assert!(bucket < BUCKETS);
        let (small, large) = (Share::of_buckets(one.min(other)).unwrap(), Share::of_buckets(one.max(other)).unwrap());
        prop_assert!(!small.includes(bucket) || large.includes(bucket), "bucket {} leaves between {} and {} %", bucket, small, large);
        prop_assert!(!Share::NONE.includes(bucket) && Share::ALL.includes(bucket));
    }

    #[test]
    fn a_visitor_gets_one_version_and_keeps_it(mark in "[0-9a-f]{32}", percent in (0..=BUCKETS).prop_map(|buckets| Share::of_buckets(buckets).unwrap())) {
        let visitor = Visitor::new(&mark).unwrap();
        let next = after("register 1.1.0").set_canary(&version("1.1.0"), percent, None, &change("")).unwrap();
        let Next::Changed(release) = next else { panic!("nothing changed") };
        let canary = percent.includes(bucket(release.salt(), &visitor));
        let expect = version(if canary { "1.1.0" } else { "1.0.0" });
        let found = candidates(Some(&release), Some(&visitor), None, None);
        prop_assert_eq!(found[0].version, &expect);
        prop_assert_eq!(&candidates(Some(&release), Some(&visitor), None, None), &found);
        prop_assert_eq!(found.last().map(|last| last.version), Some(&version("1.0.0")), "the stable version is always offered");
    }
}
