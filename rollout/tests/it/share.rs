//! Shares, exact to a hundredth of a percent in text, JSON and buckets, and the steps through which a canary grows.

use rollout::{BUCKETS, STEPS_LIMIT, Share, Steps};

use crate::fixture::share;

#[test]
fn each_of_the_10_001_shares_is_written_and_read_as_itself() {
    for buckets in 0..=BUCKETS {
        let share = Share::of_buckets(buckets).unwrap();
        assert_eq!(share.buckets(), buckets);
        assert_eq!(share.to_string().parse(), Ok(share));
        let json = serde_json::to_string(&share).unwrap();
        assert_eq!(json, share.to_string(), "text and JSON differ");
        assert_eq!(serde_json::from_str::<Share>(&json).unwrap(), share);
        assert_eq!(share.rest().buckets() + buckets, BUCKETS);
        assert_eq!(share.splits(), buckets != 0 && buckets != BUCKETS);
    }
    assert_eq!(Share::of_buckets(BUCKETS + 1), None);
    assert_eq!(Share::of_buckets(u16::MAX), None);
}

#[test]
fn a_share_is_a_percentage_with_at_most_two_places() {
    #[track_caller]
    fn check(text: &str, expect: Option<u16>) {
        let found = text.parse::<Share>();
        assert_eq!(found.as_ref().ok().map(|share| share.buckets()), expect, "{text:?}");
        if let Err(error) = found {
            let message = "is no percentage: it is a number from 0 to 100 with at most two places, such as 5 or 12.5";
            assert_eq!(error.to_string(), format!("`{text}` {message}"));
        }
    }
    check("0", Some(0));
    check("0.01", Some(1));
    check("0.1", Some(10));
    check("5", Some(500));
    check("5.0", Some(500));
    check("05", Some(500));
    check("12.5", Some(1250));
    check("99.99", Some(9999));
    check("100", Some(BUCKETS));
    check("100.00", Some(BUCKETS));
    for text in [
        "", ".", "5.", ".5", "-1", "+5", "-0", "5 %", "5%", " 5", "100.01", "101", "1000", "0.001", "1e1", "5,5",
        "NaN", "inf", "٥", "5.٥", "65536", "655.36",
    ] {
        check(text, None);
    }
    assert_eq!(Share::percent(7), share("7"));
    assert_eq!(Share::percent(255), Share::ALL);
}

#[test]
fn a_share_in_json_is_a_number() {
    #[track_caller]
    fn check(json: &str, expect: Option<&str>) {
        let found = serde_json::from_str::<Share>(json).ok().map(|share| share.to_string());
        assert_eq!(found.as_deref(), expect, "{json}");
    }
    check("5", Some("5"));
    check("5.0", Some("5"));
    check("1e1", Some("10"));
    check("1E-2", Some("0.01"));
    check("0.29", Some("0.29"));
    check("1e+1", Some("10"));
    check("1000e-1", Some("100"));
    check("0.00001e5", Some("1"));
    check("100e-0", Some("100"));
    check("0e5", Some("0"));
    check("12.50000000000000000000", Some("12.5"));
    // Read through a float, these would be 12.5 and 100.
    check("12.49999999999999999", None);
    check("100.0000000000000001", None);
    check("1e127", None);
    check("1e-128", None);
    check("-1e1", None);
    for json in [
        "\"5\"", "null", "true", "[]", "{}", "-1", "-0.0", "100.01", "12.345", "0.001", "1e3", "1e400", "0.1e-400",
        "05",
    ] {
        check(json, None);
    }
}

#[test]
fn steps_grow_to_everybody() {
    #[track_caller]
    fn check(text: &str, expect: Option<&str>) {
        let found = text.parse::<Steps>();
        assert_eq!(found.as_ref().ok().map(ToString::to_string).as_deref(), expect, "{text:?}");
    }
    check("100", Some("100"));
    check("1,5,25,50,100", Some("1, 5, 25, 50, 100"));
    check(" 0.01 , 12.5,100 ", Some("0.01, 12.5, 100"));
    for text in ["", "50", "0,100", "5,1,100", "5,5,100", "100,100", "1,,100", "1,100,", "1;100", "1,101"] {
        check(text, None);
    }
    let message = "5,1,100".parse::<Steps>().unwrap_err().to_string();
    assert_eq!(
        message,
        "the steps `5, 1, 100` were refused: they grow from above 0 to 100 percent, at most 20 of them"
    );
    let many =
        |count: usize| (1..count).map(|step| step.to_string()).chain(["100".to_owned()]).collect::<Vec<_>>().join(",");
    assert_eq!(many(STEPS_LIMIT).parse::<Steps>().unwrap().shares().len(), STEPS_LIMIT);
    assert!(many(STEPS_LIMIT + 1).parse::<Steps>().is_err());
    assert!("1,".repeat(100_000).parse::<Steps>().is_err());
}

#[test]
fn the_next_step_is_the_first_above_a_share() {
    #[track_caller]
    fn check(steps: &Steps, from: &str, expect: Option<&str>) {
        assert_eq!(steps.after(share(from)).map(|share| share.to_string()).as_deref(), expect, "{steps} after {from}");
    }
    let usual = Steps::default();
    assert_eq!(usual.to_string(), "1, 5, 25, 50, 100");
    for (from, expect) in
        [("0", "1"), ("0.99", "1"), ("1", "5"), ("4.99", "5"), ("7", "25"), ("50", "100"), ("99.99", "100")]
    {
        check(&usual, from, Some(expect));
    }
    check(&usual, "100", None);
    check(&"100".parse().unwrap(), "0", Some("100"));
}
