/** The words by which tills, shops and spreadsheets head their columns, by language. */

import { LANGS, type SaleField } from '../../core/vocabulary.ts';

/** Those of the program, and what its users' files are in besides. */
const LANGUAGES = [...LANGS, 'pt', 'fr'] as const;

/** Normalized as headers are: lower case, no accents, one blank for anything but letters and digits. */
interface HeaderWords extends Readonly<Record<(typeof LANGUAGES)[number], readonly string[]>> {
  /** Of any language, where no other word is there: they often mean something else. */
  readonly loose?: readonly string[];
}

/** Of each language the surer first: a file with "cantidad" and "unidades" means the first. */
const HEADER_WORDS: Readonly<Record<SaleField, HeaderWords>> = {
  date: {
    es: [
      ...['fecha', 'fecha venta', 'fecha de venta', 'fecha de la venta', 'fecha ticket', 'fecha factura'],
      ...['fecha pedido', 'fecha operacion', 'fecha hora', 'fecha y hora', 'fecha doc', 'fecha documento'],
      ...['fecha de factura', 'fecha emision', 'dia', 'dia de venta', 'creacion'],
    ],
    en: [
      ...['date', 'day', 'order date', 'sale date', 'sales date', 'transaction date', 'transdate', 'trans date'],
      ...['invoice date', 'receipt date', 'business date', 'created at', 'date created', 'datetime', 'date time'],
      ...['timestamp', 'date and time', 'ds', 'week end date', 'week ending', 'week start', 'week starting'],
      ...['week beginning', 'completed at', 'paid at', 'closed at'],
    ],
    pt: ['data', 'data da venda', 'data venda', 'data de venda', 'data e hora', 'data hora', 'dia da venda'],
    fr: ['date de vente', 'date vente', 'date heure', 'date et heure', 'jour'],
    loose: [
      ...['week', 'semana', 'semaine', 'yearweek', 'year week', 'month', 'mes', 'mois', 'yearmonth', 'year month'],
      ...['periodo', 'period', 'periode'],
    ],
  },
  merchant: {
    es: [
      ...['comerciante', 'comercio', 'tienda', 'nombre tienda', 'nombre de tienda', 'local', 'sucursal', 'sede'],
      ...['establecimiento', 'centro', 'punto de venta', 'pdv', 'negocio', 'almacen'],
    ],
    en: [
      ...['merchant', 'store', 'store name', 'store id', 'store number', 'shop', 'shop name', 'location'],
      ...['location name', 'outlet', 'branch', 'site', 'warehouse', 'pos location name', 'point of sale'],
    ],
    pt: ['loja', 'nome da loja', 'estabelecimento', 'filial', 'ponto de venda'],
    fr: ['magasin', 'boutique', 'point de vente', 'etablissement', 'succursale'],
  },
  product: {
    es: [
      ...['producto', 'nombre producto', 'nombre del producto', 'nombre de producto', 'articulo', 'nombre articulo'],
      ...['nombre del articulo', 'descripcion', 'descripcion articulo', 'descripcion producto', 'concepto', 'plato'],
      ...['referencia', 'codigo', 'codigo articulo', 'codigo producto'],
    ],
    en: [
      ...['product', 'product name', 'product title', 'item', 'item name', 'lineitem name', 'line item name'],
      ...['product variant title', 'menu item', 'article', 'description', 'item description', 'product id', 'item id'],
      ...['product code', 'item code', 'sku', 'lineitem sku', 'upc', 'ean', 'barcode', 'unique id'],
    ],
    pt: ['produto', 'nome do produto', 'nome produto', 'artigo', 'descricao', 'descricao do produto', 'item do pedido'],
    fr: ['produit', 'nom du produit', 'nom produit', 'designation', 'libelle', 'nom article', 'reference'],
    loose: ['nombre', 'name', 'nome', 'nom'],
  },
  productType: {
    es: [
      ...['tipo producto', 'tipo de producto', 'tipo', 'categoria', 'familia', 'seccion', 'grupo', 'departamento'],
      ...['categoria producto'],
    ],
    en: [
      ...['product type', 'product category', 'category', 'category name', 'item category', 'department', 'type'],
      ...['family', 'reporting category', 'commodity'],
    ],
    pt: ['tipo de produto', 'tipo do produto', 'setor', 'secao'],
    fr: ['categorie', 'type de produit', 'famille', 'rayon'],
  },
  quantity: {
    es: [
      ...['cantidad', 'cantidad vendida', 'cant', 'cant vendida', 'unidades vendidas', 'uds vendidas', 'uds'],
      ...['unidades', 'kilos vendidos', 'kg vendidos', 'kg', 'kgs', 'kilos', 'kilogramos', 'peso', 'peso kg', 'litros'],
      ...['uds kg', 'ud kg', 'kg uds', 'kg ud', 'unidades kg', 'kilos unidades', 'cant kg', 'cantidad kg'],
      ...['cantidad uds', 'cant uds', 'unid', 'unids', 'ud'],
    ],
    en: [
      ...['quantity', 'quantity sold', 'qty', 'qty sold', 'units', 'units sold', 'sold', 'items sold', 'item sold'],
      ...['net items sold', 'net quantity', 'lineitem quantity', 'line item quantity', 'net quantity sold'],
      ...['ordered item quantity', 'sold quantity', 'order quantity', 'qty ordered', 'unit sales', 'sales quantity'],
      ...['sales units', 'total volume', 'volume'],
    ],
    pt: ['quantidade', 'quantidade vendida', 'qtde', 'qtd', 'qtd vendida', 'unidades vendidas'],
    fr: ['quantite', 'quantite vendue', 'qte', 'qte vendue', 'unites vendues'],
    loose: ['ventas', 'vendas', 'ventes', 'movimiento'],
  },
  price: {
    es: [
      ...['precio unitario', 'precio unidad', 'precio por unidad', 'precio unit', 'precio kg', 'precio por kg'],
      ...['precio venta', 'pvp', 'precio de venta', 'precio', 'p v p', 'p venta', 'p unitario', 'p unit'],
      ...['precio medio'],
    ],
    en: [
      ...['unit price', 'price per unit', 'price', 'prices', 'item price', 'lineitem price', 'line item price'],
      ...['selling price', 'sell price', 'retail price', 'price kg', 'avg price', 'average price', 'averageprice'],
      ...['mean price', 'unit price usd', 'price gross'],
    ],
    pt: ['preco unitario', 'preco', 'preco de venda', 'preco venda', 'preco kg', 'valor unitario'],
    fr: ['prix unitaire', 'prix', 'prix de vente', 'prix vente', 'pu', 'prix kg'],
  },
  total: {
    es: [
      ...['importe', 'importe total', 'importe linea', 'total linea', 'importe venta', 'importe neto', 'ingresos'],
      ...['facturacion', 'ventas netas', 'venta neta', 'recaudacion', 'total venta', 'monto', 'monto total'],
      ...['total con impuestos', 'venta', 'ventas brutas', 'venta bruta', 'importe bruto'],
    ],
    en: [
      ...['net sales', 'total sales', 'revenue', 'net revenue', 'line total', 'net total', 'amount', 'total amount'],
      ...['sales amount', 'turnover', 'extended price', 'sales value', 'dollar sales', 'total price', 'gross sales'],
    ],
    pt: [
      'valor total',
      'receita',
      'total da venda',
      'total do item',
      'valor da venda',
      'faturamento',
      'vendas liquidas',
    ],
    fr: ['montant', 'montant total', 'chiffre d affaires', 'ca', 'total ligne', 'prix total', 'ventes nettes'],
    loose: ['total', 'subtotal'],
  },
  discount: {
    es: ['descuento', 'descuentos', 'dto', 'desc', 'importe descuento', 'porcentaje descuento'],
    en: [
      ...['discount', 'discounts', 'discount amount', 'lineitem discount', 'line item discount', 'discount rate'],
      ...['total discount', 'discount percent'],
    ],
    pt: ['desconto', 'descontos', 'valor do desconto'],
    fr: ['remise', 'remises', 'reduction', 'rabais'],
  },
  cost: {
    es: [
      ...['costo unitario', 'coste unitario', 'costo', 'coste', 'precio coste', 'precio costo', 'precio de coste'],
      ...['precio de costo', 'p coste', 'p costo', 'precio compra', 'precio de compra', 'coste kg'],
    ],
    en: ['unit cost', 'cost', 'cost price', 'cost per unit', 'cost per item', 'purchase price'],
    pt: ['custo', 'custo unitario', 'preco de custo', 'preco de compra'],
    fr: ['cout', 'cout unitaire', 'prix d achat', 'prix achat', 'prix de revient'],
  },
  promo: {
    es: ['promo', 'promocion', 'promociones', 'oferta', 'en oferta'],
    en: ['promotion', 'on promotion', 'onpromotion', 'deal'],
    pt: ['promocao', 'em promocao'],
    fr: ['en promotion', 'promotions'],
  },
  soldOut: {
    es: ['agotado', 'sin stock', 'rotura', 'rotura de stock'],
    en: ['sold out', 'soldout', 'stockout', 'stock out', 'out of stock', 'oos'],
    pt: ['esgotado', 'sem estoque', 'ruptura'],
    fr: ['rupture', 'rupture de stock', 'epuise'],
  },
  waste: {
    es: ['merma', 'mermas', 'desperdicio', 'tirado'],
    en: ['waste', 'spoilage', 'shrinkage', 'shrink', 'loss'],
    pt: ['perda', 'perdas', 'quebra', 'desperdicio'],
    fr: ['perte', 'pertes', 'casse', 'demarque'],
  },
  marketPrice: {
    es: ['precio mercado', 'precio de mercado', 'precio mayorista'],
    en: ['market price', 'wholesale price'],
    pt: ['preco de mercado', 'preco atacado'],
    fr: ['prix du marche', 'prix de gros'],
  },
  unit: {
    es: ['unidad', 'unidad medida', 'unidad de medida', 'ud', 'u m', 'um'],
    en: ['unit', 'uom', 'unit of measure', 'measure'],
    pt: ['unidade', 'unidade de medida', 'un'],
    fr: ['unite', 'unite de mesure'],
  },
  currency: {
    es: ['moneda', 'divisa'],
    en: ['currency', 'currency code'],
    pt: ['moeda'],
    fr: ['devise', 'monnaie'],
  },
  stock: {
    es: [
      ...['existencias', 'existencia', 'stock', 'stock actual', 'stock disponible', 'en existencia', 'inventario'],
      ...['unidades en stock', 'cantidad en stock', 'cantidad disponible', 'disponible'],
    ],
    en: [
      ...['stock on hand', 'on hand', 'quantity on hand', 'qty on hand', 'in stock', 'stock level', 'inventory'],
      ...['units on hand', 'available', 'stock quantity', 'current stock'],
    ],
    pt: ['estoque', 'estoque atual', 'em estoque'],
    fr: ['stock disponible', 'en stock', 'quantite en stock'],
  },
  expiry: {
    es: [
      ...['caducidad', 'fecha de caducidad', 'fecha caducidad', 'caduca', 'vence', 'vencimiento'],
      ...['fecha de vencimiento', 'consumo preferente', 'consumir antes de', 'ultimo dia'],
    ],
    en: [
      ...['expiry', 'expiry date', 'expires', 'expiration', 'expiration date', 'best before', 'best before date'],
      ...['use by', 'use by date', 'sell by', 'sell by date', 'last day'],
    ],
    pt: ['validade', 'data de validade', 'vencimento'],
    fr: ['peremption', 'date de peremption', 'dlc', 'ddm', 'date limite'],
  },
  delivery: {
    es: ['proxima entrega', 'fecha de entrega', 'fecha proxima entrega', 'entrega', 'proximo pedido'],
    en: ['next delivery', 'next delivery date', 'delivery date', 'delivery'],
    pt: ['proxima entrega', 'data de entrega'],
    fr: ['prochaine livraison', 'date de livraison', 'livraison'],
  },
  competitor: {
    es: ['competidor', 'competencia', 'nombre competidor', 'tienda competidora', 'rival', 'cadena'],
    en: ['competitor', 'competitor name', 'competition', 'competing store', 'rival', 'retailer'],
    pt: ['concorrente', 'concorrencia'],
    fr: ['concurrent', 'concurrence'],
  },
  ownProduct: {
    es: ['nuestro producto', 'mi producto', 'producto nuestro', 'producto propio', 'producto equivalente'],
    en: ['our product', 'own product', 'my product', 'matched product', 'equivalent product'],
    pt: ['nosso produto', 'produto proprio'],
    fr: ['notre produit', 'produit equivalent'],
  },
  packSize: {
    es: ['envase', 'tamano', 'tamano envase', 'tamano del envase', 'formato', 'contenido', 'peso envase'],
    en: ['pack size', 'pack', 'package size', 'size', 'pack weight', 'content'],
    pt: ['embalagem', 'tamanho da embalagem'],
    fr: ['conditionnement', 'contenance'],
  },
};

/** Names of each field in all languages, the surer first. */
export const FIELD_NAMES = Object.fromEntries(
  Object.entries(HEADER_WORDS).map(([field, words]) => [
    field,
    [...new Set([...LANGUAGES.flatMap((language) => words[language]), ...(words.loose ?? [])])],
  ]),
) as unknown as Readonly<Record<SaleField, readonly string[]>>;

/** Totals from which discounts are not taken off yet. */
export const GROSS_TOTALS: ReadonlySet<string> = new Set([
  'gross sales',
  'ventas brutas',
  'venta bruta',
  'importe bruto',
]);
