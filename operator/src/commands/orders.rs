//! `storefront orders`: what is to be done, one order, and its changes, each with a name and made once.

use anyhow::{Context as _, Result};
use catalog::Currency;
use commerce::OrderNumber;
use commerce::checkout::Way;

use crate::arguments::{OrdersCommand, Since, Why};
use crate::commands::orders_view;
use crate::context::Context;
use crate::office::Office;
use crate::office::orders::{Answer, Change, Known, Part};
use crate::stopped::{Exit, Stopped};
use crate::{chance, environment, output};

pub(super) async fn run(context: &Context<'_>, command: &OrdersCommand) -> Result<()> {
    let office = Office::configured()?;
    let change =
        async |number, action, why: &Why, wanted| change(context, command, &office, number, action, why, wanted).await;
    match command {
        OrdersCommand::List { state, since, limit, after } => {
            let since = since.map(Since::milliseconds);
            let part = Part { state: state.name(), since, limit: *limit, after: *after };
            list(context, command, &office, &part).await
        }
        OrdersCommand::Show { of } => {
            let answer =
                office.order(of.number).await.with_context(|| format!("cannot show the order {}", of.number))?;
            context.output.result(command.name(), &answer.document, &orders_view::order(&answer.known)?)
        }
        OrdersCommand::Pack { of, why } => change(of.number, "pack", why, Change::default()).await,
        OrdersCommand::Ship { of, carrier, tracking, why } => {
            let wanted = Change { carrier: Some(carrier), tracking: Some(tracking), ..Change::default() };
            change(of.number, "ship", why, wanted).await
        }
        OrdersCommand::Deliver { of, why } => change(of.number, "deliver", why, Change::default()).await,
        OrdersCommand::Return { of, restock, why } => {
            change(of.number, "return", why, Change { restock: Some(*restock), ..Change::default() }).await
        }
        OrdersCommand::Paid { of, why } => change(of.number, "paid", why, Change::default()).await,
        OrdersCommand::Cancel { of, why } => change(of.number, "cancel", why, Change::default()).await,
        OrdersCommand::Refund { of, amount, id, why } => {
            let amount = match amount {
                Some(text) => Some(minor(&office, of.number, text).await?),
                None => None,
            };
            let drawn = format!("{:016x}{:016x}", chance::draw(), chance::draw());
            let id = id.as_deref().unwrap_or(&drawn);
            change(of.number, "refund", why, Change { id: Some(id), amount, ..Change::default() }).await
        }
    }
}

async fn list(context: &Context<'_>, command: &OrdersCommand, office: &Office, part: &Part<'_>) -> Result<()> {
    let list = office.orders(part).await.context("cannot list orders")?;
    context.output.result(command.name(), &list, &orders_view::list(&list)?)?;
    if let Some(next) = &list.next {
        output::note(&format!("there are more: `storefront orders list --state {} --after {next}`", part.state));
    } else if list.orders.is_empty() {
        output::note(&format!("no orders (`--state {}`)", part.state));
    }
    Ok(())
}

async fn change(
    context: &Context<'_>,
    command: &OrdersCommand,
    office: &Office,
    number: OrderNumber,
    action: &str,
    why: &Why,
    wanted: Change<'_>,
) -> Result<()> {
    let staff = environment::author()?;
    let wanted = Change { staff: staff.as_str(), reason: why.message.as_str(), ..wanted };
    let changed = office.change(number, action, &wanted).await;
    let answer = changed.map_err(|error| {
        let is_refused = error.downcast_ref::<Stopped>().is_some_and(|stopped| stopped.exit != Exit::Failure);
        error.context(match wanted.id {
            _ if is_refused => format!("cannot {} {number}", spoken(action)),
            Some(id) => {
                format!("the order {number} is not known to have changed; `--id {id}` asks for the same refund again")
            }
            None => format!("the order {number} is not known to have changed; the same command changes it once"),
        })
    })?;
    let Answer { document, known } = &answer;
    context.output.result(command.name(), document, &orders_view::line(known))?;
    if known.is_changed == Some(false) {
        output::note("nothing to do: the order was like that already");
    }
    if is_sent_by_hand(action, known) {
        let way = &known.order.payment.way;
        output::note(&format!("send the money back yourself: the shop notes refunds of `{way}`, and sends none"));
    }
    Ok(())
}

/// The verb of an action, in a sentence with the order behind it.
fn spoken(action: &str) -> &str {
    match action {
        "paid" => "enter the money of",
        "return" => "take back",
        verb => verb,
    }
}

/// Whether money goes back that no provider sends.
fn is_sent_by_hand(action: &str, known: &Known) -> bool {
    let is_back = action == "refund" || (known.order.state == "cancelled" && !known.refunds.is_empty());
    is_back && Way::of(&known.order.payment.way).is_some_and(Way::is_later)
}

/// An amount of the command line in the minor unit of an order's currency, which the origin is asked for.
async fn minor(office: &Office, number: OrderNumber, text: &str) -> Result<u64> {
    let answer = office.order(number).await.with_context(|| format!("cannot refund {number}"))?;
    let currency =
        Currency::parse(&answer.known.order.summary.currency).context("the currency of the order is unknown")?;
    let refused = || Stopped::new(Exit::Usage, "`--amount` was refused");
    let price = currency.price(text).with_context(refused)?;
    if price.minor() == 0 {
        return Err(Stopped::new(Exit::Usage, "`--amount` was refused: a refund is of more than 0").into());
    }
    Ok(price.minor())
}
