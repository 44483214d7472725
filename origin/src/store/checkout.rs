//! Checkouts: what a shopper has typed before an order exists.

use commerce::checkout::Contact;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::store::{Store, StoreError, Write};

/// A checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checkout {
    pub(crate) id: String,
    pub(crate) key_hash: String,
    /// The text of the cart.
    pub(crate) cart: String,
    pub(crate) contact: Option<Contact>,
    /// The name of a method of shipping; empty until it is chosen.
    pub(crate) method: String,
}

/// What a shopper changes of a checkout.
#[derive(Clone, Debug)]
pub(crate) enum Typed {
    Cart(String),
    Contact(Box<Contact>),
    Method(String),
}

impl Store {
    /// Adds a checkout.
    pub(crate) async fn begin_checkout(&self, checkout: &Checkout, now: i64) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let query = sqlx::query(
            "INSERT INTO checkout (id, key_hash, cart, contact, method, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $6)",
        );
        let query = query.bind(&checkout.id).bind(&checkout.key_hash).bind(&checkout.cart);
        let contact = checkout.contact.as_ref().map(json).unwrap_or_default();
        query.bind(contact).bind(&checkout.method).bind(now).execute(write.connection()).await?;
        write.commit().await
    }

    /// A checkout by its id.
    pub(crate) async fn checkout(&self, id: &str) -> Result<Option<Checkout>, StoreError> {
        let query = sqlx::query("SELECT id, key_hash, cart, contact, method FROM checkout WHERE id = $1");
        query.bind(id).fetch_optional(&self.pool).await?.map(|row| checkout(&row)).transpose()
    }

    /// Changes a checkout that has not become an order; one that has stays as it is. Gives it as it is afterwards.
    pub(crate) async fn type_in(&self, id: &str, typed: &Typed, now: i64) -> Result<Option<Checkout>, StoreError> {
        let mut write = self.write().await?;
        let Some(before) = write.lock_checkout(id, now).await? else { return Ok(None) };
        if write.order_of(id).await?.is_some() {
            return Ok(Some(before));
        }
        let (query, value) = match typed {
            Typed::Cart(cart) => ("UPDATE checkout SET cart = $1 WHERE id = $2", cart.clone()),
            Typed::Contact(contact) => ("UPDATE checkout SET contact = $1 WHERE id = $2", json(contact)),
            Typed::Method(method) => ("UPDATE checkout SET method = $1 WHERE id = $2", method.clone()),
        };
        sqlx::query(query).bind(value).bind(id).execute(write.connection()).await?;
        let mut after = before;
        match typed {
            Typed::Cart(cart) => after.cart.clone_from(cart),
            Typed::Contact(contact) => after.contact = Some(Contact::clone(contact)),
            Typed::Method(method) => after.method.clone_from(method),
        }
        write.commit().await?;
        Ok(Some(after))
    }

    /// Forgets checkouts that became no order and were last changed before a time. Gives how many.
    pub(crate) async fn forget_checkouts(&self, before: i64) -> Result<u64, StoreError> {
        let mut write = self.write().await?;
        let query = sqlx::query(
            "DELETE FROM checkout WHERE changed_at < $1 AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.checkout = checkout.id)",
        );
        let forgotten = query.bind(before).execute(write.connection()).await?.rows_affected();
        write.commit().await?;
        Ok(forgotten)
    }
}

impl Write {
    /// Locks a checkout, so that whoever presses twice takes turns.
    pub(super) async fn lock_checkout(&mut self, id: &str, now: i64) -> Result<Option<Checkout>, StoreError> {
        let query = sqlx::query(
            "UPDATE checkout SET changed_at = $1 WHERE id = $2 RETURNING id, key_hash, cart, contact, method",
        );
        query.bind(now).bind(id).fetch_optional(self.connection()).await?.map(|row| checkout(&row)).transpose()
    }

    /// The id of the order of a checkout.
    pub(super) async fn order_of(&mut self, checkout: &str) -> Result<Option<String>, StoreError> {
        let query = sqlx::query("SELECT id FROM orders WHERE checkout = $1").bind(checkout);
        Ok(query.fetch_optional(self.connection()).await?.map(|row| row.try_get("id")).transpose()?)
    }
}

fn checkout(row: &AnyRow) -> Result<Checkout, StoreError> {
    let contact: String = row.try_get("contact")?;
    Ok(Checkout {
        id: row.try_get("id")?,
        key_hash: row.try_get("key_hash")?,
        cart: row.try_get("cart")?,
        contact: if contact.is_empty() { None } else { Some(read_json(&contact, "a contact")?) },
        method: row.try_get("method")?,
    })
}

/// A structure of texts and numbers has no value that JSON lacks.
pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub(super) fn read_json<T: serde::de::DeserializeOwned>(text: &str, what: &str) -> Result<T, StoreError> {
    serde_json::from_str(text)
        .map_err(|error| StoreError::Damaged { what: format!("{what} that cannot be read ({error})") })
}
