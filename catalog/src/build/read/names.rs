//! The names of columns: those that shop programs write in English, and the translations of `WooCommerce`, whose exports speak the
//! language of their shop. `#` stands for the number in a name, and bars part names.

use crate::build::field::Field;

/// The names of each field, the preferred one first. An id names a product for good, so it is made of one column only.
pub(super) const NAMES: [(Field, &str); 43] = [
    (Field::Id, "id|product_id|item_id|object_id|entity_id|listing_id|token"),
    (Field::Handle, "handle|slug|url_handle|product_handle|url_key|link_rewrite|reference_handle|permalink handle"),
    (
        Field::Sku,
        "sku|variant_sku|product_sku|variants.sku|product_code|product_code/sku|reference|reference #|item sku",
    ),
    (Field::Name, "name|title|product_name|product_title|item_name|item_title"),
    (
        Field::Description,
        "description|body|body_html|product_description|long_description|full_description|description_html|details|\
         short_description|summary|product_short_description",
    ),
    (
        Field::Price,
        "price|variants.price|variant_price|price_incl_tax|price_including_tax|gross_price|price.amount|price.value|\
         unit_price|regular_price|list_price|price tax included|price tax excluded|base_price|calculated_price|\
         product_price|variants.regular_price",
    ),
    (Field::SalePrice, "sale_price|special_price|discounted_price|product_sale_price|online sale price"),
    (
        Field::SaleEnd,
        "date_sale_price_ends|special_price_to_date|sale_price_effective_date|date_on_sale_to|discount to (yyyy-mm-dd)",
    ),
    (
        Field::CompareAt,
        "compareAtPrice|compare_at_price|variant_compare_at_price|variants.compare_at_price|retail_price|msrp|\
         was_price|old_price|original_price|strike_price|undiscounted_price|compare-at price",
    ),
    (
        Field::Image,
        "imageUrl|image|thumbnail|image_src|image.src|image.url|image_link|picture|picture_url|photo|photo_url|\
         main_image|base_image|featured_image|featured_image.src|featured_image.url|thumbnail_url|images|images.src|\
         images.url|image_urls|pictures|photos|product_image_url|product_thumbnail|product_media|assets|image #|\
         image # url|product_image_#_url|product image file - #|image urls (x,y,z...)|variant_image|variant_image_url|\
         variants.image|variant_media|variant_assets",
    ),
    (Field::MoreImages, "additional_images|additional_image_link|additional_image_links|gallery|media_gallery"),
    (Field::ImageAlt, "image_alt_text|image_alt|base_image_label|images.alt|image alt text"),
    (
        Field::Category,
        "category|category.name|category_name|product_type|product_category|categories|categories.name|type|\
         google_product_category|category_path|categories (x,y,z...)|category_string|reporting_category|item_type|\
         taxonomy_path|section",
    ),
    (
        Field::Stock,
        "stock|quantity|qty|inventory|inventory_quantity|variant_inventory_qty|variant_inventory_quantity|\
         variants.inventory_quantity|stock_quantity|stock_qty|stock_level|quantity_available|current_stock|\
         stock_on_hand|current_stock_level|inventory_level|sell_on_google_quantity|variants.stock_quantity|on_hand|\
         available_quantity|current_quantity|available|on hand (current)|available (not editable)",
    ),
    (Field::Available, "in_stock|is_in_stock|availability|availability_status|stock_status|variants.available"),
    (
        Field::Tracked,
        "variant_inventory_tracker|inventory_tracker|track_inventory|variant_manage_inventory|manage_stock|\
         manage_inventory|variants.inventory_management|inventory_tracking",
    ),
    (
        Field::Policy,
        "variant_inventory_policy|variants.inventory_policy|inventory_policy|continue_selling_when_out_of_stock|\
         backorders_allowed|backorders_allowed?|backorders|allow_backorders|variant_allow_backorder|allow_backorder",
    ),
    (
        Field::Rating,
        "rating|average_rating|avg_rating|rating_average|rating.rate|rating.average|rating.value|rating_value|\
         review_rating|stars",
    ),
    (
        Field::Reviews,
        "reviews|review_count|reviews_count|number_of_reviews|num_reviews|rating.count|rating_count|ratings_count|\
         number_of_ratings",
    ),
    (Field::Brand, "brand|brand_name|vendor|manufacturer|brands|brand.name|maker"),
    (
        Field::Gtin,
        "gtin|barcode|variant_barcode|variants.barcode|ean|ean13|ean-13|upc|isbn|global_unique_id|\
         gtin, upc, ean, or isbn|global_trade_item_number|bin_gtin|product_upc/ean",
    ),
    (Field::Mpn, "mpn|manufacturer_part_number|manufacturer part number|supplier reference #"),
    (Field::Tags, "tags|product_tags|tag|keywords|tags (x,y,z...)|tags.name|facets"),
    (Field::Collections, "collection|collections|product_collection_title|collection_title"),
    (Field::Group, "item_group_id|group_id|variant_group"),
    (Field::Parent, "parent|parent_id|parent_sku|parent sku|variant_of"),
    (Field::Children, "configurable_variations|super_products_sku|_super_products_sku"),
    (
        Field::Status,
        "status|published|product_status|is_published|product_online|active|active (0/1)|enabled|is_active|\
         product_visible?|published_on_online_store|is_visible|listing_state|archived|draft",
    ),
    (Field::Visibility, "visibility|visibility_in_catalog|catalog_visibility|visible_in_listings"),
    (
        Field::Since,
        "published_at|date_created|date_created_gmt|created_at|created|publication_date|product_created_date|\
         date_added",
    ),
    (
        Field::OptionName,
        "option# name|option # name|variant_option_#_name|option name #|variation # name|variation # type|\
         attribute (name:type:position)*",
    ),
    (
        Field::OptionValue,
        "option# value|option # value|variant_option_#_value|option value #|variation # values|option#|\
         value (value:position)*|variants.option#",
    ),
    (Field::OptionNames, "option_groups|option_names"),
    (Field::OptionValues, "option_values|variation_name|variant_title"),
    (Field::AttributeName, "attribute # name|attribute_#_name"),
    (Field::AttributeValue, "attribute # value(s)|attribute # value|attribute_#_value"),
    (
        Field::Attributes,
        "additional_attributes|attributes|feature(name:value:position)|feature (name:value:position:customized)|\
         product_custom_fields",
    ),
    (Field::Trait, "color|colour|size|material|materials|pattern|gender|age_group|condition"),
    (
        Field::Weight,
        "variant_grams|grams|variants.grams|weight (kg)|weight|product_weight|variant_weight|shipping_weight|\
         weight value (grams)",
    ),
    (Field::WeightUnit, "variant_weight_unit|weight_unit|variants.weight_unit"),
    (Field::TaxClass, "tax_class|tax_class_name|tax_category|product_tax_class|variant_tax_code|tax_code"),
    (Field::SeoTitle, "seo_title|meta_title|page_title"),
    (Field::SeoDescription, "seo_description|meta_description"),
];

/// The names in French, German, Spanish, Italian, Polish, Dutch and Portuguese, as `WooCommerce`, `PrestaShop` and people write them.
pub(super) const TRANSLATED: [(Field, &str); 23] = [
    (Field::Id, "identifiant|artikelnummer|identificador"),
    (Field::Sku, "ugs|référence|art.-nr.|cód.|ref|referencia|riferimento|referência|artikelcode|referencja"),
    (
        Field::Name,
        "nom|titre|nom du produit|bezeichnung|titel|produktname|artikelname|nombre|título|nombre del producto|nome|\
         titolo|nome prodotto|nazwa|tytuł|nazwa produktu|naam|productnaam|nome do produto",
    ),
    (
        Field::Description,
        "beschreibung|artikelbeschreibung|descripción|descrizione|opis|beschrijving|omschrijving|descrição|\
         description courte|kurzbeschreibung|descripción corta|breve descrizione|descrizione breve|krótki opis|\
         korte beschrijving|descrição breve|descrição curta",
    ),
    (
        Field::Price,
        "tarif régulier|prix|tarif|prix ttc|prix de vente|regulärer preis|preis|verkaufspreis|bruttopreis|\
         precio normal|precio|precio regular|prezzo di listino|prezzo|cena|cena regularna|cena podstawowa|cena brutto|\
         reguliere prijs|normale prijs|prijs|preço normal|preço|preço regular",
    ),
    (
        Field::SalePrice,
        "tarif promo|prix promo|prix soldé|angebotspreis|sonderpreis|precio rebajado|precio de oferta|\
         prezzo in offerta|prezzo scontato|cena promocyjna|actieprijs|aanbiedingsprijs|preço promocional|\
         preço de promoção",
    ),
    (
        Field::SaleEnd,
        "date de fin de promo|datum, an dem angebotspreis endet|día en que termina el precio rebajado|\
         data di fine del prezzo in offerta|data zakończenia ceny promocyjnej|datum einde actieprijs|\
         data do fim do preço promocional",
    ),
    (
        Field::CompareAt,
        "prix barré|streichpreis|uvp|precio anterior|prezzo precedente|poprzednia cena|adviesprijs|preço anterior",
    ),
    (
        Field::Image,
        "photo|bild|bilder|bild-url|imagen|imágenes|immagine|immagini|obrazek|obrazki|zdjęcie|zdjęcia|afbeelding|\
         afbeeldingen|foto|imagem|imagens",
    ),
    (
        Field::Category,
        "catégories|catégorie|kategorien|kategorie|warengruppe|categorías|categoría|categorie|categoria|kategoria|\
         categorieën|categorias|typ|tipo",
    ),
    (
        Field::Stock,
        "quantité|quantité en stock|lager|lagerbestand|bestand|menge|inventario|existencias|cantidad|magazzino|\
         quantità|giacenza|stan magazynowy|magazyn|ilość|voorraad|aantal|estoque|quantidade",
    ),
    (
        Field::Available,
        "en stock ?|vorrätig?|auf lager?|verfügbarkeit|¿existencias?|¿en inventario?|hay existencias?|disponibilidad|\
         in stock?|disponibile?|disponibilità|w magazynie?|na stanie?|dostępność|op voorraad?|beschikbaarheid|\
         em stock?|em estoque?|disponibilidade|disponibilité",
    ),
    (
        Field::Policy,
        "autoriser les commandes de produits en rupture ?|lieferrückstand erlaubt?|\
         ¿permitir reservas de productos agotados?|ordini arretrati consentiti?|możliwość zamówień oczekujących?|\
         nabestellingen toestaan?|encomendas em espera permitidas?",
    ),
    (Field::Brand, "marque|fabricant|marke|hersteller|marca|fabricante|produttore|marka|producent|merk|fabrikant"),
    (Field::Tags, "étiquettes|schlagwörter|schlagworte|etiquetas|tag|etichette|znaczniki|tagi"),
    (
        Field::Parent,
        "übergeordnet|übergeordnetes produkt|superior|genitore|nadrzędny|rodzic|hoofd|bovenliggend|ascendente|pai",
    ),
    (
        Field::Status,
        "publié|statut|veröffentlicht|publicado|estado|pubblicato|stato|opublikowano|opublikowany|gepubliceerd",
    ),
    (
        Field::Visibility,
        "visibilité dans le catalogue|sichtbarkeit im katalog|visibilidad en el catálogo|visibilità nel catalogo|\
         widoczność w katalogu|zichtbaarheid in catalogus|visibilidade no catálogo",
    ),
    (
        Field::AttributeName,
        "nom de l'attribut #|name des attributs #|attribut # name|nombre del atributo #|nome dell'attributo #|\
         nome attributo #|nazwa atrybutu #|nazwa # atrybutu|attribuut # naam|naam attribuut #|nome do atributo #|\
         attribute name #",
    ),
    (
        Field::AttributeValue,
        "valeur(s) de l'attribut #|attribut # wert(e)|wert(e) des attributs #|valor(es) del atributo #|\
         valore/i dell'attributo #|valore dell'attributo #|valori attributo #|wartość atrybutu #|wartości # atrybutu|\
         attribuut # waarde(n)|waarde(n) attribuut #|valor(es) do atributo #|valores do atributo #|\
         attribute value(s) #",
    ),
    (Field::Trait, "couleur|taille|farbe|größe|colore|taglia|kolor|rozmiar|kleur|maat|tamanho"),
    (Field::Weight, "poids (kg)|gewicht (kg)|peso (kg)|waga (kg)"),
    (
        Field::TaxClass,
        "classe de tva|steuerklasse|clase de impuesto|aliquota di imposta|klasa podatkowa|belastingklasse|\
         classe de imposto",
    ),
];
