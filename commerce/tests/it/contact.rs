//! The form of the checkout: what people type, what is wrong with it, and any bytes.

use commerce::Rules;
use commerce::checkout::{Contact, ContactForm, Fault, Field, FieldError};
use proptest::prelude::*;

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
    let errors = form.check(&rules()).err().unwrap_or_default();
    errors.into_iter().map(|error| (error.field, error.fault)).collect()
}

#[test]
fn what_is_right_comes_in_the_usual_form() {
    let contact = form("gb", "sw1y4jh", "").check(&rules()).unwrap();
    let shown = [contact.email.as_str(), &contact.country, &contact.name, &contact.postcode];
    assert_eq!(shown, ["ada@example.com", "GB", "Ada Lovelace", "SW1Y 4JH"]);
    assert_eq!(contact.form().check(&rules()), Ok(contact), "a contact is its own form");
    assert_eq!(form("us", "95014", "ca").check(&rules()).unwrap().region, "CA");
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

fn texts(contact: &Contact) -> [&str; 9] {
    let Contact { email, country, name, line1, line2, postcode, city, region, phone } = contact;
    [email, country, name, line1, line2, postcode, city, region, phone].map(String::as_str)
}

proptest! {
    #[test]
    fn any_text_gives_a_contact_or_errors(form in any_form()) {
        let rules = rules();
        match form.check(&rules) {
            Ok(contact) => {
                prop_assert!(contact.destination().is_some());
                prop_assert_eq!(contact.form().check(&rules), Ok(contact.clone()));
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
