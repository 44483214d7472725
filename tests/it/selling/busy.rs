//! More changes at once than the database takes: some are refused before anything of them has begun, the others are made.

mod postgres {
    use std::time::Duration;

    use serde_json::json;
    use storefront_tests::postgres::postgres;
    use storefront_tests::record::Record;

    use super::super::{Shopper, code};
    use crate::engines::SECRET;
    use crate::faults::now;

    /// More than have a place.
    const CHANGES: usize = 320;

    /// Nobody changes a checkout for so long.
    const HOLD: &str = "BEGIN; LOCK TABLE checkout IN EXCLUSIVE MODE; SELECT pg_sleep(2); COMMIT";

    /// Waits until that is so.
    const IS_HELD: &str =
        "DO $$ BEGIN WHILE NOT EXISTS (SELECT 1 FROM pg_locks WHERE mode = 'ExclusiveLock' AND granted
        AND relation = 'checkout'::regclass) LOOP PERFORM pg_sleep(0.01); END LOOP; END $$";

    #[test]
    fn changes_beyond_the_places_are_refused_at_once() {
        let database = postgres().database();
        let record = Record::start(&[("DATABASE_URL", &database), ("ORIGIN_SECRET", SECRET)]);
        let shopper = Shopper::begin(record.address(), "1~mug-moss*1", "ada@shop.example").expect("begun");
        let answers = std::thread::scope(|scope| {
            scope.spawn(|| postgres().execute(&database, HOLD));
            postgres().execute(&database, IS_HELD);
            let change = || {
                let started = now();
                let answer = shopper.put("cart", &json!({ "cart": "1~mug-moss*2" })).expect("an answer");
                (answer, started.elapsed())
            };
            let changes: Vec<_> = (0..CHANGES).map(|_| scope.spawn(change)).collect();
            changes.into_iter().map(|change| change.join().expect("a shopper")).collect::<Vec<_>>()
        });
        let refused: Vec<_> = answers.iter().filter(|(answer, _)| code(answer) == "busy").collect();
        assert!(refused.len() >= 32, "{} were refused", refused.len());
        for (answer, took) in &refused {
            assert_eq!((answer.status, answer.header("retry-after").as_deref()), (503, Some("1")), "{answer}");
            assert!(*took < Duration::from_secs(2), "it took {took:?}");
        }
        let made = answers.iter().filter(|(answer, _)| answer.status == 200).count();
        assert!(made >= 16, "{made} were made");
        // Afterwards there is room again.
        assert_eq!(shopper.put("cart", &json!({ "cart": "1~mug-moss*1" })).expect("an answer").status, 200);
    }
}
