//! Delivery and returns as structured data of an offer, from the figures of the rules in force
//! (<https://developers.google.com/search/docs/appearance/structured-data/merchant-listing>). Nothing is stated that the merchant has not.

use catalog::Price;

use crate::merchant::DeliveryTerms;
use crate::site::Site;
use crate::write::json::Json;

/// The terms that a page has named so far. The first offer has them whole, those after it refer to them: a product has up to a hundred
/// variants.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    has_returns: bool,
    /// With its cost; without.
    has_delivery: [bool; 2],
}

impl Terms {
    /// Writes the members of an offer at this price.
    pub(crate) fn write(&mut self, site: &Site, price: Price, json: &mut Json) {
        // Search engines refuse delivery without a destination, and returns without either their countries or the merchant's page.
        let terms = site.terms();
        let delivery = terms.delivery.as_ref().filter(|delivery| !delivery.countries.is_empty());
        let has_page = site.merchant.page("returns").is_some();
        if let Some(delivery) = delivery {
            let amount = |text: &str| site.currency.iso().price(text).ok();
            let is_free = amount(&delivery.free_from).is_some_and(|least| price >= least);
            let [with_cost, without] = &mut self.has_delivery;
            let (written, id) = if is_free { (without, "#delivery-free") } else { (with_cost, "#delivery") };
            json.key("shippingDetails");
            if named(id, written, "OfferShippingDetails", json) {
                let cost = if is_free { None } else { amount(&delivery.cost) };
                write_delivery(site, delivery, cost.unwrap_or_default(), json);
            }
            json.end_object();
        }
        if let Some(days) = site.merchant.return_days.filter(|_| delivery.is_some() || has_page) {
            json.key("hasMerchantReturnPolicy");
            if named("#returns", &mut self.has_returns, "MerchantReturnPolicy", json) {
                json.members(r#""returnPolicyCategory":"https://schema.org/MerchantReturnFiniteReturnWindow""#);
                json.key("merchantReturnDays").number(days);
                write_countries(site, "applicableCountry", json);
                if has_page {
                    json.key("merchantReturnLink").strings(&[&site.origin, "/pages/returns"]);
                }
            }
            json.end_object();
        }
    }
}

/// Begins a thing with an id. Returns whether it is to be described, which it is once.
fn named(id: &str, is_written: &mut bool, kind: &str, json: &mut Json) -> bool {
    json.begin_object();
    if !*is_written {
        json.key("@type").string(kind);
    }
    json.key("@id").string(id);
    !core::mem::replace(is_written, true)
}

fn write_delivery(site: &Site, delivery: &DeliveryTerms, cost: Price, json: &mut Json) {
    // What never differs is written as it is: each call of the writer is code of the Worker.
    json.members(r#""shippingRate":{"@type":"MonetaryAmount""#).key("value");
    json.plain_string(|out| site.currency.write_decimal(cost, out));
    json.key("currency").string(site.currency.code()).end_object();
    json.members(r#""shippingDestination":{"@type":"DefinedRegion""#);
    write_countries(site, "addressCountry", json);
    json.end_object();
    // The days are working days from the order to the door, so none are left for handling.
    json.members(concat!(
        r#""deliveryTime":{"@type":"ShippingDeliveryTime","#,
        r#""businessDays":{"@type":"OpeningHoursSpecification","dayOfWeek":["https://schema.org/Monday","https://schema.org/Tuesday","#,
        r#""https://schema.org/Wednesday","https://schema.org/Thursday","https://schema.org/Friday"]},"#,
        r#""handlingTime":{"@type":"QuantitativeValue","minValue":0,"maxValue":0,"unitCode":"DAY"},"#,
        r#""transitTime":{"@type":"QuantitativeValue","unitCode":"DAY""#,
    ));
    let (least, most) = delivery.days;
    json.key("minValue").number(least).key("maxValue").number(most).end_object().end_object();
}

/// The countries that are delivered to, if the merchant names any.
fn write_countries(site: &Site, key: &str, json: &mut Json) {
    let terms = site.terms();
    let countries = terms.delivery.as_ref().map_or(&[][..], |delivery| &delivery.countries);
    if !countries.is_empty() {
        json.key(key).begin_array();
        for country in countries {
            json.string(country);
        }
        json.end_array();
    }
}
