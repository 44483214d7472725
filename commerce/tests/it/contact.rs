//! The form of the checkout: what people type, what is wrong with it, and any bytes.

use commerce::checkout::{
    Address, AddressForm, Contact, ContactForm, EMAIL_PATTERN, Fault, Field, FieldError, PHONE_PATTERN,
    postcode_pattern,
};
use commerce::{Country, Rules};
use proptest::prelude::*;
use regex::Regex;

/// The time of a consent, in milliseconds since 1970.
const NOW: u64 = 1_800_000_000_000;

fn rules() -> Rules {
    let document = r#"
        [shipping]
        default = "DE"
        [[shipping.zone]]
        name = "Here"
        countries = ["DE", "GB", "US", "ES", "JP"]
        [[shipping.zone.method]]
        name = "Standard"
        cost = "4.90"
    "#;
    Rules::from_toml(document, catalog::Currency::default()).unwrap()
}

fn form(country: &str, postcode: &str, region: &str) -> ContactForm {
    ContactForm {
        email: " ada@example.com ".to_owned(),
        country: country.to_owned(),
        name: "Ada  Lovelace".to_owned(),
        line1: "12 St James's Square".to_owned(),
        postcode: postcode.to_owned(),
        city: "London".to_owned(),
        region: region.to_owned(),
        ..ContactForm::default()
    }
}

#[track_caller]
fn faults(form: &ContactForm) -> Vec<(Field, Fault)> {
    let errors = form.check(&rules(), NOW).err().unwrap_or_default();
    errors.into_iter().map(|error| (error.field, error.fault)).collect()
}

#[test]
fn what_is_right_comes_in_the_usual_form() {
    let contact = form("gb", "sw1y4jh", "").check(&rules(), NOW).unwrap();
    let shown = [contact.email.as_str(), &contact.country, &contact.name, &contact.postcode];
    assert_eq!(shown, ["ada@example.com", "GB", "Ada Lovelace", "SW1Y 4JH"]);
    assert_eq!(contact.form().check(&rules(), NOW), Ok(contact), "a contact is its own form");
    assert_eq!(form("us", "95014", "ca").check(&rules(), NOW).unwrap().region, "CA");
}

#[test]
fn every_field_says_what_is_wrong_with_it_in_the_order_of_the_form() {
    use Field::{City, Country, Email, Line1, Name};
    let missing = |field| (field, Fault::Missing);
    assert_eq!(faults(&ContactForm::default()), [Email, Country, Name, Line1, City].map(missing));
    for (email, fault) in [
        ("ada", Fault::NoAt),
        ("ada@", Fault::Malformed),
        ("@example.com", Fault::Malformed),
        ("ada@localhost", Fault::Malformed),
        ("ada@@example.com", Fault::Malformed),
        ("ada lovelace@example.com", Fault::Malformed),
        ("ada@example.com\r\nbcc: x@y.z", Fault::Malformed),
        ("ada@example..com", Fault::Malformed),
    ] {
        let email = ContactForm { email: email.to_owned(), ..form("GB", "SW1Y 4JH", "") };
        assert_eq!(faults(&email), [(Email, fault)], "{}", email.email);
    }
    let long = ContactForm { name: "a".repeat(101), ..form("GB", "SW1Y 4JH", "") };
    assert_eq!(faults(&long), [(Name, Fault::TooLong { most: 100 })]);
    for phone in ["12345", "+44 20 7946 0000 0000 0000", "call me"] {
        let phone = ContactForm { phone: phone.to_owned(), ..form("GB", "SW1Y 4JH", "") };
        assert_eq!(faults(&phone), [(Field::Phone, Fault::Malformed)]);
    }
}

#[test]
fn a_country_has_its_own_rules() {
    #[track_caller]
    fn check(country: &str, postcode: &str, region: &str, expect: &[(Field, Fault)]) {
        assert_eq!(faults(&form(country, postcode, region)), expect, "{country} {postcode} {region}");
    }
    let postcode = |example: &str| (Field::Postcode, Fault::Postcode { example: example.to_owned() });
    check("DE", "1011", "", &[postcode("10115")]);
    check("FR", "75001", "", &[(Field::Country, Fault::NotServed)]);
    check("XX", "75001", "", &[(Field::Country, Fault::Malformed)]);
    check("US", "95014", "", &[(Field::Region, Fault::Missing)]);
    check("US", "95014", "ZZ", &[(Field::Region, Fault::Malformed)]);
    check("ES", "28013", "M", &[]);
    check("JP", "154-0023", "13", &[]);
    check("GB", "", "", &[(Field::Postcode, Fault::Missing)]);
}

fn billed(billing: AddressForm) -> ContactForm {
    ContactForm { has_billing: true, billing, ..form("GB", "SW1Y 4JH", "") }
}

/// A bill to a country that the shop does not deliver to.
fn billing() -> AddressForm {
    let text = str::to_owned;
    AddressForm {
        country: text("fr"),
        name: text(" Analytical  Engines SARL "),
        line1: text("1 rue de Rivoli"),
        line2: String::new(),
        postcode: text("F-75001"),
        city: text("Paris"),
        region: String::new(),
    }
}

#[test]
fn the_bill_goes_where_the_parcel_goes_unless_the_shopper_names_another_address() {
    assert_eq!(form("GB", "SW1Y 4JH", "").check(&rules(), NOW).unwrap().billing, None);
    let contact = billed(billing()).check(&rules(), NOW).unwrap();
    let Some(Address { country, name, postcode, .. }) = &contact.billing else { panic!("{contact:?}") };
    assert_eq!([country.as_str(), name, postcode], ["FR", "Analytical Engines SARL", "75001"]);
    assert_eq!(contact.form().check(&rules(), NOW), Ok(contact), "a contact is its own form");
    let ignored = ContactForm { has_billing: false, ..billed(AddressForm { country: "??".to_owned(), ..billing() }) };
    assert_eq!(ignored.check(&rules(), NOW).unwrap().billing, None);
}

#[test]
fn every_field_of_the_billing_address_keeps_the_rule_of_the_delivery_address() {
    use Field::{BillingCity, BillingCountry, BillingLine1, BillingName};
    #[track_caller]
    fn check(change: impl Fn(&mut AddressForm), expect: (Field, Fault)) {
        let mut wrong = billing();
        change(&mut wrong);
        assert_eq!(faults(&billed(wrong)), [expect]);
    }
    let missing = [BillingCountry, BillingName, BillingLine1, BillingCity].map(|field| (field, Fault::Missing));
    assert_eq!(faults(&billed(AddressForm::default())), missing);
    let text = str::to_owned;
    let postcode = Fault::Postcode { example: text("75001") };
    check(|form| form.country = text("XX"), (BillingCountry, Fault::Malformed));
    check(|form| form.name = "a".repeat(101), (BillingName, Fault::TooLong { most: 100 }));
    check(|form| form.line2 = text("a\u{7}"), (Field::BillingLine2, Fault::Malformed));
    check(|form| form.city = "a".repeat(81), (BillingCity, Fault::TooLong { most: 80 }));
    check(|form| form.postcode = text("7500"), (Field::BillingPostcode, postcode));
    check(|form| form.postcode = String::new(), (Field::BillingPostcode, Fault::Missing));
    let american =
        |region: &str| AddressForm { country: text("US"), postcode: text("95014"), region: text(region), ..billing() };
    assert_eq!(faults(&billed(american(""))), [(Field::BillingRegion, Fault::Missing)]);
    assert_eq!(faults(&billed(american("ZZ"))), [(Field::BillingRegion, Fault::Malformed)]);
    assert_eq!(faults(&billed(american("ca"))), []);
    let both = ContactForm { name: String::new(), ..billed(AddressForm { name: String::new(), ..billing() }) };
    assert_eq!(
        faults(&both),
        [(Field::Name, Fault::Missing), (BillingName, Fault::Missing)],
        "each address has its own message"
    );
}

#[test]
fn news_by_mail_is_a_consent_of_its_own_with_its_time() {
    let silent = form("GB", "SW1Y 4JH", "");
    assert_eq!(silent.check(&rules(), NOW).unwrap().news_at, None, "never assumed, never required");
    let agreed = ContactForm { wants_news: true, ..silent }.check(&rules(), NOW).unwrap();
    assert_eq!(agreed.news_at, Some(NOW));
    let again = agreed.form();
    assert!(again.wants_news);
    assert_eq!(ContactForm { wants_news: false, ..again }.check(&rules(), NOW).unwrap().news_at, None, "taken back");
}

#[test]
fn a_contact_of_before_has_neither() {
    let stored = r#"{"email":"ada@example.com","country":"GB","name":"Ada","line1":"1 Way","city":"London"}"#;
    let contact: Contact = serde_json::from_str(stored).unwrap();
    assert_eq!((contact.billing.clone(), contact.news_at), (None, None));
    let written = serde_json::to_string(&contact).unwrap();
    assert!(!written.contains("billing") && !written.contains("newsAt"), "{written}");
}

#[test]
fn a_fault_is_read_as_it_is_written() {
    let example = "10115".to_owned();
    let faults = [
        Fault::Missing,
        Fault::TooLong { most: 100 },
        Fault::NoAt,
        Fault::Malformed,
        Fault::NotServed,
        Fault::Postcode { example },
    ];
    for fault in faults {
        let error = FieldError { field: Field::Line1, fault };
        let text = serde_json::to_string(&error).unwrap();
        assert_eq!(serde_json::from_str::<FieldError>(&text).unwrap(), error, "{text}");
    }
    assert!(serde_json::from_str::<FieldError>(r#"{"field":"line1","fault":{"kind":"other"}}"#).is_err());
}

fn any_form() -> impl Strategy<Value = ContactForm> {
    let country = prop_oneof![Just("GB".to_owned()), Just("US".to_owned()), Just("DE".to_owned()), any::<String>()];
    let postcode = prop_oneof![Just("SW1A 1AA".to_owned()), Just("10115".to_owned()), "[0-9 -]{0,10}", any::<String>()];
    let region = prop_oneof![Just(String::new()), Just("CA".to_owned()), any::<String>()];
    let email = prop_oneof![Just("ada@example.com".to_owned()), "[a-z@. ]{0,20}", any::<String>()];
    let text = || prop_oneof!["[A-Za-z ]{1,30}", any::<String>()];
    (email, country, text(), text(), any::<String>(), postcode, text(), region, "[0-9+ ]{0,20}|\\PC{0,5}").prop_map(
        |(email, country, name, line1, line2, postcode, city, region, phone)| ContactForm {
            // As much of the bill is typed as of the delivery, in other words.
            has_billing: line2.len() % 2 == 1,
            wants_news: line2.len() % 3 == 1,
            billing: AddressForm {
                country: country.clone(),
                name: line1.clone(),
                line1: name.clone(),
                line2: city.clone(),
                postcode: postcode.clone(),
                city: line2.clone(),
                region: region.clone(),
            },
            email,
            country,
            name,
            line1,
            line2,
            postcode,
            city,
            region,
            phone,
        },
    )
}

/// Whether a value fits an attribute `pattern`, which is for the whole of it.
fn fits(pattern: &str, value: &str) -> bool {
    Regex::new(&format!("^(?:{pattern})$")).unwrap().is_match(value)
}

fn any_postcode() -> impl Strategy<Value = String> {
    prop_oneof![
        r"[ .\-]{0,2}([A-Za-z]{1,2}[ -]?)?[0-9]{4,5}[ .\-]{0,2}",
        r"[ .\-]{0,2}[0-9]{2,4}[ -]?[0-9]{2,4}([ -]?[A-Za-z]{2})?",
        "[A-Za-z]{1,2}[0-9][A-Za-z0-9]?[ -]?[0-9][A-Za-z]{2}",
        "[A-Za-z][0-9][A-Za-z] ?[0-9][A-Za-z][0-9]",
        "\\PC{0,20}",
    ]
}

fn texts(contact: &Contact) -> Vec<&str> {
    let Contact { email, country, name, line1, line2, postcode, city, region, phone, billing, news_at: _ } = contact;
    let mut texts = vec![email, country, name, line1, line2, postcode, city, region, phone];
    if let Some(Address { country, name, line1, line2, postcode, city, region }) = billing {
        texts.extend([country, name, line1, line2, postcode, city, region]);
    }
    texts.into_iter().map(String::as_str).collect()
}

proptest! {
    #[test]
    fn a_pattern_takes_the_postcodes_that_the_check_takes(typed in any_postcode(), place in 0_usize..500) {
        let countries: Vec<Country> = Country::all().collect();
        let listed = ["AT", "CA", "CZ", "DE", "GB", "JP", "NL", "PL", "PT", "US", "HK"].map(|code| Country::parse(code).unwrap());
        let country = if place % 2 == 0 { listed[place / 2 % listed.len()] } else { countries[place / 2 % countries.len()] };
        let is_wrong = faults(&form(country.code(), &typed, "")).iter().any(|(field, _)| *field == Field::Postcode);
        if !typed.trim().is_empty() {
            prop_assert_eq!(fits(&postcode_pattern(country).0, &typed), !is_wrong, "{} {:?}", country.code(), typed);
        }
    }

    #[test]
    fn patterns_take_the_addresses_and_numbers_that_the_check_takes(
        email in r#"[a-z.@ \-]{1,12}|[a-z.]{1,4}@[a-z\-.]{1,8}|[a-z]{1,3}[<>()\\",;:é]?@[a-zé\-]{1,4}\.[a-z\-]{1,3}"#,
        phone in r"[0-9+ ().\-/]{1,24}|[0-9]{4,18}|[0-9a-z]{6,8}",
    ) {
        let typed = ContactForm { email: email.clone(), phone: phone.clone(), ..form("GB", "SW1Y 4JH", "") };
        let faults = faults(&typed);
        let is_wrong = |wrong: Field| faults.iter().any(|(field, fault)| *field == wrong && !matches!(fault, Fault::TooLong { .. }));
        if !email.trim().is_empty() {
            prop_assert_eq!(fits(EMAIL_PATTERN, &email), !is_wrong(Field::Email), "{:?}", email);
        }
        if !phone.trim().is_empty() {
            prop_assert_eq!(fits(PHONE_PATTERN, &phone), !is_wrong(Field::Phone), "{:?}", phone);
        }
    }

    #[test]
    fn any_text_gives_a_contact_or_errors(form in any_form()) {
        let rules = rules();
        match form.check(&rules, NOW) {
            Ok(contact) => {
                prop_assert!(contact.destination().is_some());
                prop_assert_eq!(contact.form().check(&rules, NOW), Ok(contact.clone()));
                for text in texts(&contact) {
                    prop_assert!(!text.chars().any(char::is_control) && text.trim() == text && text.chars().count() <= 254, "{:?}", text);
                }
            }
            Err(errors) => {
                prop_assert!(!errors.is_empty());
                let fields: Vec<Field> = errors.iter().map(|error| error.field).collect();
                prop_assert!(fields.is_sorted() && fields.windows(2).all(|pair| pair[0] != pair[1]));
            }
        }
    }
}
