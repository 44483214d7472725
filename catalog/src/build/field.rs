//! The fields that columns of exports are taken for, with the names that mappings use.
//! The names that shop programs use are `read/names.rs`.

/// A field of a product, in the order in which a record's values are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Id,
    Handle,
    Sku,
    Name,
    Description,
    Price,
    SalePrice,
    SaleEnd,
    CompareAt,
    Image,
    MoreImages,
    ImageAlt,
    Category,
    Stock,
    Available,
    Tracked,
    Policy,
    Rating,
    Reviews,
    Brand,
    Gtin,
    Mpn,
    Tags,
    Collections,
    Group,
    Parent,
    Children,
    Status,
    Visibility,
    Since,
    OptionName,
    OptionValue,
    OptionNames,
    OptionValues,
    AttributeName,
    AttributeValue,
    Attributes,
    Trait,
    Weight,
    WeightUnit,
    TaxClass,
    SeoTitle,
    SeoDescription,
}

impl Field {
    /// The fields that columns can be mapped to, by the names that options and mapping files use.
    pub(super) const LABELS: [(&'static str, Field); 34] = [
        ("id", Field::Id),
        ("handle", Field::Handle),
        ("sku", Field::Sku),
        ("name", Field::Name),
        ("description", Field::Description),
        ("price", Field::Price),
        ("salePrice", Field::SalePrice),
        ("compareAtPrice", Field::CompareAt),
        ("imageUrl", Field::Image),
        ("images", Field::MoreImages),
        ("imageAlt", Field::ImageAlt),
        ("category", Field::Category),
        ("stock", Field::Stock),
        ("availability", Field::Available),
        ("stockTracked", Field::Tracked),
        ("stockPolicy", Field::Policy),
        ("rating", Field::Rating),
        ("reviews", Field::Reviews),
        ("brand", Field::Brand),
        ("gtin", Field::Gtin),
        ("mpn", Field::Mpn),
        ("tags", Field::Tags),
        ("collections", Field::Collections),
        ("group", Field::Group),
        ("parent", Field::Parent),
        ("status", Field::Status),
        ("visibility", Field::Visibility),
        ("published", Field::Since),
        ("attributes", Field::Attributes),
        ("weight", Field::Weight),
        ("weightUnit", Field::WeightUnit),
        ("taxClass", Field::TaxClass),
        ("seoTitle", Field::SeoTitle),
        ("seoDescription", Field::SeoDescription),
    ];

    /// The name of the field in our own format, or the closest thing to one.
    pub(super) fn name(self) -> &'static str {
        match self {
            Field::Available | Field::Tracked | Field::Policy => "stock",
            Field::OptionName | Field::OptionValue | Field::OptionNames | Field::OptionValues => "options",
            Field::AttributeName | Field::AttributeValue | Field::Trait => "attributes",
            Field::Children => "variants",
            Field::SaleEnd => "salePrice",
            other => Field::LABELS.iter().find(|(_, field)| *field == other).map_or("", |(label, _)| label),
        }
    }

    /// The field of a label.
    pub(super) fn labelled(label: &str) -> Option<Field> {
        Field::LABELS.iter().find(|(known, _)| *known == label).map(|(_, field)| *field)
    }
}
