//! Changes of a cart: what a form asks for, done or refused with the reason. A refused change leaves the cart as it was.

use catalog::{Details, Sku, fold};
use commerce::{Availability, Cart, Code, CodeOutcome, EditError, Item, PricedCart};
use pages::Named;

use crate::cart::form::{Form, WrongQuantity};
use crate::cart::items::Items;

/// Why a change was not done, in the terms in which pages say so.
pub(crate) use pages::CartAlert as Refused;

/// A change that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Done {
    /// So many of a SKU were added.
    Added { sku: String, quantity: u32 },
    /// The quantity of a line is another one.
    Set,
    /// A line was taken out.
    Removed { sku: String, quantity: u32 },
    /// A code was added or taken out.
    Code,
}

/// Whether a refused request could be done at another time, or with another cart: a conflict with the state of things.
pub(crate) fn is_conflict(refused: &Refused) -> bool {
    matches!(refused, Refused::SoldOut { .. } | Refused::Fewer { .. } | Refused::Full | Refused::TooManyCodes)
}

/// Adds what a form names by `sku`, or by `product` and a value of each of its options.
pub(crate) fn add(cart: &mut Cart, form: &Form, items: &Items<'_>) -> Result<Done, Refused> {
    let sku = sku_of(form, items)?;
    let quantity = form.quantity(1).map_err(refused)?;
    add_lines(cart, &[(sku, quantity)], items)
}

/// Adds several lines, or none of them.
pub(crate) fn add_lines(cart: &mut Cart, lines: &[(String, u32)], items: &Items<'_>) -> Result<Done, Refused> {
    let mut changed = cart.clone();
    let mut done = Err(Refused::Unknown);
    // One line has a notice of its own; several are seen in the cart.
    let is_one = lines.len() == 1;
    for (sku, quantity) in lines {
        let item = items.item(sku).ok_or(Refused::Unknown)?;
        let held = changed.line(sku).map_or(0, commerce::Line::quantity);
        is_available(sku, &item, held.saturating_add(*quantity), held)?;
        let sku = Sku::new(sku).map_err(|_| Refused::Unknown)?;
        changed.add(sku, *quantity, Some(item.price)).map_err(|error| edit(&error))?;
        done = Ok(if is_one { Done::Added { sku: sku.as_str().to_owned(), quantity: *quantity } } else { Done::Set });
    }
    if done.is_ok() {
        *cart = changed;
    }
    done
}

/// Makes it so many of a SKU; 0 takes the line out. Fewer than before is always possible, however few are left.
pub(crate) fn set(cart: &mut Cart, form: &Form, items: &Items<'_>) -> Result<Done, Refused> {
    let name = form.field("sku").ok_or(Refused::Unknown)?;
    let quantity = form.quantity(0).map_err(refused)?;
    if quantity == 0 {
        return Ok(remove(cart, name));
    }
    let held = cart.line(name).map_or(0, commerce::Line::quantity);
    let item = items.item(name);
    if held == 0 && item.is_none() {
        return Err(Refused::Unknown);
    }
    if let Some(item) = item.as_ref().filter(|_| quantity > held) {
        is_available(name, item, quantity, held)?;
    }
    let sku = Sku::new(name).map_err(|_| Refused::Unknown)?;
    cart.set(sku, quantity, item.map(|item| item.price)).map_err(|error| edit(&error))?;
    Ok(Done::Set)
}

/// Takes a line out; one that is not there is out already.
pub(crate) fn remove(cart: &mut Cart, sku: &str) -> Done {
    cart.remove(sku).map_or(Done::Set, |line| Done::Removed { sku: line.sku().to_owned(), quantity: line.quantity() })
}

/// Takes the code of the field `remove` out, or adds the one of `code`. `price` prices a cart with it.
pub(crate) fn code(cart: &mut Cart, form: &Form, price: impl Fn(&Cart) -> PricedCart) -> Result<Done, Refused> {
    if let Some(code) = form.field("remove") {
        if let Ok(code) = Code::new(code) {
            cart.remove_code(&code);
        }
        return Ok(Done::Code);
    }
    let sent = form.field("code").unwrap_or_default();
    let unknown = || Refused::UnknownCode { sent: sent.chars().take(Code::MAX_LENGTH).collect() };
    let code = Code::new(sent).map_err(|_| unknown())?;
    let mut changed = cart.clone();
    changed.add_code(code.clone()).map_err(|error| match error {
        EditError::TooManyCodes => Refused::TooManyCodes,
        _ => Refused::Full,
    })?;
    let outcome = price(&changed).codes.into_iter().find(|priced| priced.code == code).map(|priced| priced.outcome);
    let not_now = |is_over| Err(Refused::CodeNotNow { code: code.to_string(), is_over });
    match outcome {
        None | Some(CodeOutcome::Unknown) => return Err(unknown()),
        Some(CodeOutcome::NotYet) => return not_now(false),
        Some(CodeOutcome::Over | CodeOutcome::UsedUp | CodeOutcome::UsedByCustomer) => return not_now(true),
        // The others may hold once the cart is another one, and say so beside the total.
        Some(_) => {}
    }
    *cart = changed;
    Ok(Done::Code)
}

/// What is sold by a SKU, in the terms of pages.
pub(crate) fn named(sku: &str, item: &Item) -> Named {
    let Item { name, values, handle, .. } = item.clone();
    Named { sku: sku.to_owned(), name, values, handle }
}

/// What a form means: its SKU, or the variant of its product that is chosen in it.
pub(crate) fn sku_of(form: &Form, items: &Items<'_>) -> Result<String, Refused> {
    let product = form.field("product");
    let has_options = form.options().next().is_some();
    // The form of a page in another state: what is chosen in it counts, and not the variant that the page showed.
    if let Some(sku) = form.field("sku").filter(|_| product.is_none() || !has_options) {
        return Ok(sku.to_owned());
    }
    let product = product.ok_or(Refused::Unknown)?;
    let details = items.details(product).ok_or(Refused::Unknown)?;
    let named = || product.to_owned();
    match details.variants.as_slice() {
        [] => Ok(named()),
        [only] => Ok(only.sku.clone()),
        _ => variant(&details, form),
    }
}

/// The variant with the values of a form. The very value counts before one that is spelled alike.
fn variant(details: &Details, form: &Form) -> Result<String, Refused> {
    let chosen = |option: &str| form.options().find(|(name, _)| fold(name) == fold(option)).map(|(_, value)| value);
    let missing: Vec<String> = details.options.iter().filter(|option| chosen(option).is_none()).cloned().collect();
    if !missing.is_empty() {
        return Err(Refused::Choose { options: missing });
    }
    let find = |is_equal: fn(&str, &str) -> bool| {
        details.variants.iter().find(|variant| {
            let mut pairs = details.options.iter().zip(&variant.values);
            pairs.all(|(option, value)| chosen(option).is_some_and(|wanted| is_equal(wanted, value)))
        })
    };
    let found = find(|wanted, value| wanted == value).or_else(|| find(|wanted, value| fold(wanted) == fold(value)));
    found.map(|variant| variant.sku.clone()).ok_or(Refused::NoSuchVariant)
}

fn is_available(sku: &str, item: &Item, wanted: u32, held: u32) -> Result<(), Refused> {
    let item_of = || Some(named(sku, item));
    match item.available {
        Availability::Limited(0) => Err(Refused::SoldOut { item: item_of() }),
        Availability::Limited(available) if wanted > available => {
            Err(Refused::Fewer { item: item_of(), available, held })
        }
        _ => Ok(()),
    }
}

fn refused(WrongQuantity(sent): WrongQuantity) -> Refused {
    Refused::Quantity { sent }
}

fn edit(error: &EditError) -> Refused {
    match error {
        EditError::Quantity { quantity } => Refused::Quantity { sent: quantity.to_string() },
        _ => Refused::Full,
    }
}
