//! Mails: what and when come first, in text and HTML alike, and nothing that was typed breaks out of either.

use commerce::checkout::{
    Contact, OrderView, ParcelView, PaymentView, Summary, SummaryCode, SummaryLine, SummaryShipping, SummaryTax, Way,
};
use commerce::{FulfilmentState, OrderNumber, OrderState, PaymentState};
use pages::{Mail, MailKind, MailView, Seller, mail};

const KINDS: [MailKind; 6] = [
    MailKind::Received,
    MailKind::Paid,
    MailKind::Shipped,
    MailKind::Refunded,
    MailKind::Cancelled,
    MailKind::Withdrawn,
];

fn order() -> OrderView {
    let text = |text: &str| text.to_owned();
    let line = |name: &str, values: &[&str], quantity, amount| SummaryLine {
        sku: text("sku"),
        name: text(name),
        values: values.iter().map(|value| text(value)).collect(),
        handle: String::new(),
        picture: String::new(),
        quantity,
        payable: quantity,
        unit: amount / u64::from(quantity),
        amount,
        discount: 0,
        rate: 19_000,
        tax: 0,
    };
    OrderView {
        number: OrderNumber::from_bits(0x12_3456_789A),
        state: OrderState::Placed,
        ordered_at: 1_795_824_000_000,
        contact: Contact {
            email: text("ada@shop.example"),
            country: text("DE"),
            name: text("Ada Lovelace"),
            line1: text("Weg 1"),
            line2: String::new(),
            postcode: text("10115"),
            city: text("Berlin"),
            region: String::new(),
            phone: String::new(),
            billing: None,
            news_at: None,
        },
        summary: Summary {
            cart: text("1"),
            currency: text("EUR"),
            country: text("DE"),
            region: String::new(),
            is_tax_included: true,
            lines: vec![line("Enamel mug", &["Moss"], 2, 2_900), line("Opal lamp", &[], 1, 12_900)],
            codes: vec![SummaryCode { code: text("WELCOME10"), is_applied: true }],
            subtotal: 15_800,
            discount: 1_580,
            shipping: SummaryShipping { options: Vec::new(), method: text("Standard"), cost: 990, tax: 158 },
            taxes: vec![SummaryTax { rate: 19_000, amount: 15_210, tax: 2_428 }],
            tax: 2_428,
            total: 15_210,
        },
        payment: PaymentView { way: Way::Stripe, state: PaymentState::PartRefunded, captured: 15_210, refunded: 1_450 },
        parcel: Some(ParcelView { state: FulfilmentState::Shipped, carrier: text("DHL"), tracking: text("00340434") }),
        can_be_cancelled: false,
        can_be_withdrawn: true,
        withdrawn_at: None,
    }
}

fn written(order: &OrderView, kind: MailKind) -> Mail {
    let seller = Seller {
        name: "Hollis & Wren".to_owned(),
        email: "hello@shop.example".to_owned(),
        phone: String::new(),
        address: vec!["1 Example Street".to_owned(), "Anytown 00000".to_owned()],
    };
    mail(&MailView { kind, order, seller: &seller, link: "https://shop.example/orders/28T5-CY4T?key=0123456789abcdef" })
}

#[test]
fn each_mail_says_what_happened_first() {
    let texts = KINDS.map(|kind| {
        let mail = written(&order(), kind);
        format!("Subject: {}\n\n{}", mail.subject, mail.text)
    });
    insta::assert_snapshot!("mails", texts.join("\n================\n"));
}

#[test]
fn the_html_part_has_the_same_and_fetches_nothing() {
    let order = order();
    for kind in KINDS {
        let mail = written(&order, kind);
        for line in mail.text.lines().filter(|line| line.ends_with('.')) {
            assert!(mail.html.contains(line), "`{line}` is not in {}", mail.html);
        }
        let addresses = mail.html.matches("http").count();
        assert_eq!(addresses, 1, "the link to the order alone");
        assert!(!mail.html.contains("<img") && !mail.html.contains("<script") && !mail.html.contains("url("));
    }
    insta::assert_snapshot!("mail-html", written(&order, MailKind::Received).html);
}

#[test]
fn what_was_typed_breaks_out_of_nothing() {
    let mut order = order();
    order.contact.name = "<script>alert(1)</script>".to_owned();
    order.contact.line1 = "\" onload=\"x".to_owned();
    order.summary.lines[0].name = "</table><a href=//evil.example>".to_owned();
    let html = written(&order, MailKind::Shipped).html;
    assert!(!html.contains("<script") && !html.contains("</table><a") && html.contains("&lt;script"));
    for kind in KINDS {
        assert!(!written(&order, kind).subject.contains(['\r', '\n']));
    }
}
