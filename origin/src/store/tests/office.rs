//! What staff do to orders and see of them: each change once, goods and money that come back, lists.

use catalog::StockPolicy;
use commerce::checkout::Way;
use commerce::{FulfilmentState, OrderList, OrderNumber, OrderState, PaymentState, Standing};
use sqlx::Row as _;

use crate::pay::Provider as _;
use crate::pay::manual::Manual;
use crate::store::Store;
use crate::store::address::Address;
use crate::store::orders::OrderError;
use crate::store::orders::change::{By, Change};
use crate::store::orders::holds::Wanted;
use crate::store::orders::list::{Listed, Part};
use crate::store::orders::payments::Attempt;
use crate::store::orders::place::Placed;
use crate::store::stock::Reason;
use crate::store::tests::on_both_engines;
use crate::store::tests::orders::{begin, contact, draft, facts, shop};

on_both_engines!(
    a_change_is_made_once,
    a_change_that_cannot_be_changes_nothing,
    goods_that_come_back_are_sold_again_if_staff_say_so,
    money_that_comes_by_bank_is_entered_once,
    money_for_a_cancelled_order_goes_back,
    refunds_go_by_their_id_and_never_beyond_what_came,
    each_list_has_its_orders_in_the_order_of_work,
    a_list_goes_on_after_an_order_that_has_left_it,
);

async fn open(address: &Address) -> Store {
    shop(address, &[("mug", 10), ("jug", 0)]).await
}

/// An order of so many mugs at 2.50, under an id of 32 digits that end in this one.
async fn order(store: &Store, digit: u64, way: Way, mugs: u32, at: i64) -> String {
    let total = 250 * u64::from(mugs);
    let wanted = Wanted { sku: "mug".to_owned(), quantity: mugs, policy: StockPolicy::Deny };
    order_of(store, digit, way, vec![wanted], total, at).await
}

async fn order_of(store: &Store, digit: u64, way: Way, wanted: Vec<Wanted>, total: u64, at: i64) -> String {
    let id = format!("{digit:032x}");
    begin(store, &id).await;
    let mut draft = draft(&id, way, &[], StockPolicy::Deny);
    draft.number = OrderNumber::from_bits(digit);
    draft.payment = format!("p{digit}");
    draft.contact = contact("ada@shop.example");
    draft.wanted = wanted;
    draft.seen_total = total;
    draft.summary.total = total;
    let placed = store.place(&id, String::new(), |_, _| Ok::<_, ()>(draft), at).await.unwrap();
    assert!(matches!(&placed, Placed::New(new) if *new == id), "{placed:?}");
    id
}

fn by() -> By {
    By { staff: "ada".to_owned(), reason: String::new() }
}

fn ship(tracking: &str) -> Change {
    Change::Ship { carrier: "Royal Mail".to_owned(), tracking: tracking.to_owned() }
}

/// Whether the change was to be made.
async fn change(store: &Store, order: &str, change: Change) -> Result<bool, OrderError> {
    store.change_once(order, &change, &by(), 100).await.map(|changed| changed.is_new)
}

/// Asks twice for a change: it is made the first time.
async fn once(store: &Store, order: &str, wanted: Change) {
    assert!(change(store, order, wanted.clone()).await.unwrap(), "{wanted:?}");
    assert!(!change(store, order, wanted.clone()).await.unwrap(), "{wanted:?} for the second time");
}

async fn refused(store: &Store, order: &str, wanted: Change) -> String {
    change(store, order, wanted).await.unwrap_err().to_string()
}

/// How many are on hand, and how many of them are claimed. The moves of the book add up to the former.
async fn stock(store: &Store, sku: &str) -> (i64, i64) {
    let level = store.level(sku).await.unwrap().unwrap();
    let moves = store.moves(sku, 100).await.unwrap();
    assert_eq!(moves.iter().map(|moved| moved.delta).sum::<i64>(), level.on_hand, "{moves:?}");
    (level.on_hand, level.reserved)
}

async fn kinds(store: &Store, order: &str) -> Vec<String> {
    store.events(order).await.unwrap().into_iter().map(|event| event.kind).collect()
}

async fn mails(store: &Store, order: &str) -> Vec<String> {
    let query = sqlx::query("SELECT kind FROM outbox WHERE order_id = $1 ORDER BY id").bind(order);
    let rows = query.fetch_all(&store.pool).await.unwrap();
    rows.iter().map(|row| row.try_get("kind").unwrap()).collect()
}

async fn attempt(store: &Store, order: &str) -> Attempt {
    store.attempts(order).await.unwrap().pop().unwrap()
}

async fn a_change_is_made_once(address: Address) {
    let store = open(&address).await;
    let id = order(&store, 1, Way::Invoice, 3, 10).await;
    assert_eq!(stock(&store, "mug").await, (10, 3));
    once(&store, &id, Change::Pack).await;
    once(&store, &id, ship("RM1")).await;
    assert_eq!(stock(&store, "mug").await, (7, 0), "its goods have left, with a move in the book");
    once(&store, &id, ship("RM2")).await;
    assert!(!change(&store, &id, ship("")).await.unwrap(), "no number takes none away");
    let parcel = store.fulfilment(&id).await.unwrap().unwrap();
    assert_eq!((parcel.carrier.as_str(), parcel.tracking.as_str()), ("Royal Mail", "RM2"));
    once(&store, &id, Change::Deliver).await;
    assert_eq!(store.order(&id).await.unwrap().unwrap().state, OrderState::Completed);
    assert_eq!(kinds(&store, &id).await, ["ordered", "packed", "shipped", "tracking corrected", "delivered"]);
    assert_eq!(mails(&store, &id).await, ["received", "shipped"], "one mail about one parcel");
    let cancelled = order(&store, 2, Way::Invoice, 1, 20).await;
    once(&store, &cancelled, Change::Cancel).await;
    assert_eq!(stock(&store, "mug").await, (7, 0));
}

async fn a_change_that_cannot_be_changes_nothing(address: Address) {
    let store = open(&address).await;
    let awaiting = order(&store, 1, Way::TestCard, 1, 10).await;
    assert_eq!(refused(&store, &awaiting, Change::Pack).await, "an order that is `awaiting` cannot be packed");
    let by_provider = "the order is paid by `test-card`, whose provider says when the money has come";
    assert_eq!(refused(&store, &awaiting, Change::Pay).await, by_provider);
    let shipped = order(&store, 2, Way::Invoice, 1, 20).await;
    let not_back = "a fulfilment that is `open` cannot be returned";
    assert_eq!(refused(&store, &shipped, Change::Return { restock: true }).await, not_back);
    assert!(change(&store, &shipped, ship("")).await.unwrap());
    assert_eq!(refused(&store, &shipped, Change::Pack).await, "a fulfilment that is `shipped` cannot be packed");
    let too_late = "an order that is `placed` cannot be cancelled after a part of it was shipped";
    assert_eq!(refused(&store, &shipped, Change::Cancel).await, too_late);
    // Sold before it came.
    let wanted = Wanted { sku: "jug".to_owned(), quantity: 2, policy: StockPolicy::Continue };
    let owed = order_of(&store, 3, Way::Invoice, vec![wanted], 500, 30).await;
    assert_eq!(refused(&store, &owed, ship("")).await, "too few of `jug` are on hand to ship");
    assert_eq!(kinds(&store, &owed).await, ["ordered"]);
    assert_eq!((stock(&store, "mug").await, stock(&store, "jug").await), ((9, 1), (0, 0)));
}

async fn goods_that_come_back_are_sold_again_if_staff_say_so(address: Address) {
    let store = open(&address).await;
    let broken = order(&store, 1, Way::Invoice, 1, 10).await;
    let whole = order(&store, 2, Way::Invoice, 2, 20).await;
    for id in [&broken, &whole] {
        assert!(change(&store, id, ship("")).await.unwrap());
    }
    once(&store, &broken, Change::Return { restock: false }).await;
    assert_eq!(stock(&store, "mug").await, (7, 0));
    once(&store, &whole, Change::Return { restock: true }).await;
    assert_eq!(stock(&store, "mug").await, (9, 0));
    let moves = store.moves("mug", 100).await.unwrap();
    let back = moves.iter().find(|moved| moved.reason == Reason::Returned).unwrap();
    assert_eq!((back.delta, &*back.note, &*back.staff), (2, "0000-0002", "ada"));
    // Somebody looks at it again: it was not broken after all.
    once(&store, &broken, Change::Return { restock: true }).await;
    assert_eq!(stock(&store, "mug").await, (10, 0));
    assert_eq!(kinds(&store, &broken).await, ["ordered", "shipped", "returned", "restocked"]);
}

async fn money_that_comes_by_bank_is_entered_once(address: Address) {
    let store = open(&address).await;
    let id = order(&store, 1, Way::OnDelivery, 2, 10).await;
    once(&store, &id, Change::Pay).await;
    let paid = attempt(&store, &id).await;
    assert_eq!((paid.payment.state(), paid.payment.facts().captured.minor()), (PaymentState::Captured, 500));
    assert_eq!(store.order(&id).await.unwrap().unwrap().paid_by, paid.id);
    assert_eq!(kinds(&store, &id).await, ["ordered", "money received", "payment"]);
    assert_eq!(mails(&store, &id).await, ["paid", "received"]);
    // The second attempt is the invoice.
    let changed = order(&store, 2, Way::TestCard, 1, 20).await;
    store.apply("p2", &facts(Standing::Failed, 0, 0), 21).await.unwrap();
    store.next_attempt(&changed, "p2-invoice", Way::Invoice, "", 22).await.unwrap();
    once(&store, &changed, Change::Pay).await;
    assert_eq!(store.order(&changed).await.unwrap().unwrap().paid_by, "p2-invoice");
}

/// What the sweeper does with money that is due to go back. Gives how much of the payment has gone in all.
async fn send_back(store: &Store, way: Way) -> u64 {
    let provider = Manual { store: store.clone(), way };
    let mut gone = 0;
    for refund in store.due_refunds(i64::MAX, 10).await.unwrap() {
        // The process dies before it notes that it is done, and asks again.
        for _ in 0..2 {
            let attempt = store.attempt(&refund.payment).await.unwrap().unwrap();
            let facts = provider.refund(&attempt, &refund).await.unwrap();
            store.apply(&attempt.id, &facts, 200).await.unwrap();
            gone = facts.refunded.minor();
        }
        store.end_refund(&refund.id, "done", 200).await.unwrap();
    }
    gone
}

async fn money_for_a_cancelled_order_goes_back(address: Address) {
    let store = open(&address).await;
    let id = order(&store, 1, Way::Invoice, 2, 10).await;
    assert!(change(&store, &id, Change::Cancel).await.unwrap());
    assert_eq!(store.refunds(&id).await.unwrap(), [], "nothing has come");
    once(&store, &id, Change::Pay).await;
    let due = store.refunds(&id).await.unwrap();
    assert_eq!((due.len(), due[0].amount, &*due[0].state, &*due[0].reason), (1, 500, "due", "cancelled"));
    assert_eq!(send_back(&store, Way::Invoice).await, 500);
    assert_eq!(attempt(&store, &id).await.payment.state(), PaymentState::Refunded);
    assert_eq!(mails(&store, &id).await, ["cancelled", "received", "refunded"]);
    assert_eq!(send_back(&store, Way::Invoice).await, 0, "nothing is left");
}

async fn refunds_go_by_their_id_and_never_beyond_what_came(address: Address) {
    let store = open(&address).await;
    let id = order(&store, 1, Way::Invoice, 4, 10).await;
    let refund = |id: &str, amount: u64| Change::Refund { id: id.to_owned(), amount };
    let rest = |id: &str| Change::RefundRest { id: id.to_owned() };
    let nothing = "at most 0 minor units can be refunded, not 0";
    assert_eq!(refused(&store, &id, rest("a")).await, nothing, "its money has not come");
    assert!(change(&store, &id, Change::Pay).await.unwrap());
    once(&store, &id, refund("a", 300)).await;
    assert_eq!(refused(&store, &id, refund("a", 200)).await, "the id `a` belongs to a refund of another amount");
    assert!(!change(&store, &id, rest("a")).await.unwrap());
    let too_much = "at most 700 minor units can be refunded, not 701";
    assert_eq!(refused(&store, &id, refund("b", 701)).await, too_much);
    // Its provider has made it, or staff one of as much at the provider: nobody has noted yet which, so both count for this moment.
    store.apply("p1", &facts(Standing::Captured, 1_000, 300), 150).await.unwrap();
    assert_eq!(refused(&store, &id, refund("b", 401)).await, "at most 400 minor units can be refunded, not 401");
    assert_eq!(send_back(&store, Way::Invoice).await, 300);
    assert_eq!(attempt(&store, &id).await.payment.state(), PaymentState::PartRefunded);
    assert_eq!(refused(&store, &id, refund("b", 701)).await, too_much, "due or done, it counts once");
    once(&store, &id, rest("b")).await;
    assert_eq!(send_back(&store, Way::Invoice).await, 1_000);
    assert_eq!(refused(&store, &id, rest("c")).await, nothing);
    let refunds = store.refunds(&id).await.unwrap();
    let shown: Vec<_> =
        refunds.iter().map(|refund| (refund.amount, &*refund.state, &*refund.staff, refund.done_at)).collect();
    assert_eq!(shown, [(300, "done", "ada", 200), (700, "done", "ada", 200)]);
}

fn part(which: OrderList) -> Part {
    Part { which, since: 0, after: None, limit: 100 }
}

async fn listed(store: &Store, part: Part) -> Vec<Listed> {
    store.list(&part).await.unwrap().unwrap()
}

/// The numbers of the orders in a list.
async fn numbers(store: &Store, part: Part) -> Vec<u64> {
    let digit = |listed: Listed| u64::from_str_radix(&listed.number.to_string().replace('-', ""), 32).unwrap();
    listed(store, part).await.into_iter().map(digit).collect()
}

async fn each_list_has_its_orders_in_the_order_of_work(address: Address) {
    let store = open(&address).await;
    let mut ids = Vec::new();
    // Two at one time, which their ids put in order.
    for (digit, way, at) in [
        (1, Way::Invoice, 30),
        (2, Way::Invoice, 20),
        (3, Way::OnDelivery, 20),
        (4, Way::TestCard, 40),
        (5, Way::TestCard, 50),
        (6, Way::Invoice, 60),
        (7, Way::Invoice, 70),
        (8, Way::Invoice, 80),
        (9, Way::Invoice, 90),
    ] {
        ids.push(order(&store, digit, way, 1, at).await);
    }
    store.apply("p5", &facts(Standing::Failed, 0, 0), 55).await.unwrap();
    store.lapse(&ids[4], 56).await.unwrap();
    for (at, changes) in [
        (5, vec![Change::Cancel]),
        (6, vec![Change::Pay, Change::Pack]),
        (7, vec![ship(""), Change::Withdraw]),
        (8, vec![ship(""), Change::Deliver, Change::Pay, Change::Withdraw]),
    ] {
        for wanted in changes {
            assert!(change(&store, &ids[at], wanted).await.unwrap());
        }
    }
    for (which, expect) in [
        (OrderList::Open, vec![2, 3, 1]),
        (OrderList::Packed, vec![7]),
        (OrderList::Shipped, vec![8]),
        (OrderList::Delivered, vec![9]),
        (OrderList::Returned, vec![]),
        (OrderList::Awaiting, vec![4]),
        (OrderList::Unpaid, vec![2, 3, 1, 8]),
        (OrderList::Withdrawn, vec![8, 9]),
        (OrderList::Expired, vec![5]),
        (OrderList::Cancelled, vec![6]),
        (OrderList::All, vec![9, 8, 7, 6, 5, 4, 1, 3, 2]),
    ] {
        assert_eq!(numbers(&store, part(which)).await, expect, "{which:?}");
    }
    assert_eq!(numbers(&store, Part { since: 50, ..part(OrderList::All) }).await, [9, 8, 7, 6, 5]);
    let expect = Listed {
        number: OrderNumber::from_bits(7),
        state: OrderState::Placed,
        parcel: Some(FulfilmentState::Packed),
        way: Way::Invoice,
        payment: PaymentState::Captured,
        total: 250,
        currency: "USD",
        ordered_at: 70,
        withdrawn_at: 0,
        email: "ada@shop.example".to_owned(),
    };
    assert_eq!(listed(&store, part(OrderList::Packed)).await, [expect]);
    assert_eq!(listed(&store, part(OrderList::Awaiting)).await[0].parcel, None);
    // What was done about a withdrawal takes it off the list: unpaid goods came back, money went back.
    assert!(change(&store, &ids[7], Change::Return { restock: true }).await.unwrap());
    assert!(change(&store, &ids[8], Change::RefundRest { id: "a".to_owned() }).await.unwrap());
    assert_eq!(numbers(&store, part(OrderList::Withdrawn)).await, [9]);
    send_back(&store, Way::Invoice).await;
    assert_eq!(numbers(&store, part(OrderList::Withdrawn)).await, Vec::<u64>::new());
    assert_eq!(numbers(&store, part(OrderList::Returned)).await, [8]);
}

async fn a_list_goes_on_after_an_order_that_has_left_it(address: Address) {
    let store = open(&address).await;
    let mut ids = Vec::new();
    for digit in 1..=5 {
        ids.push(order(&store, digit, Way::Invoice, 1, i64::try_from(digit / 2).unwrap()).await);
    }
    let two = Part { limit: 2, ..part(OrderList::Open) };
    assert_eq!(numbers(&store, two).await, [1, 2]);
    for id in &ids[..2] {
        assert!(change(&store, id, Change::Pack).await.unwrap());
    }
    let after = |digit: u64, part: Part| Part { after: Some(OrderNumber::from_bits(digit)), ..part };
    assert_eq!(numbers(&store, after(2, two)).await, [3, 4]);
    assert_eq!(numbers(&store, after(4, two)).await, [5]);
    assert_eq!(numbers(&store, after(5, two)).await, Vec::<u64>::new());
    let all = Part { limit: 2, ..part(OrderList::All) };
    assert_eq!(numbers(&store, after(4, all)).await, [3, 2]);
    assert_eq!(store.list(&after(99, all)).await.unwrap(), None, "there is no such order");
}
