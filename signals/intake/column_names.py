"""What people call the columns of their files: English, Chinese and Portuguese."""

from __future__ import annotations

from typing import Final

from signals.frames import Col

SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    Col.PRODUCT_ID: (
        "product", "sku", "sku id", "item", "item id", "asin", "asins", "product code",
        "item code", "stock code", "article", "article number", "upc", "ean", "goods id",
        "商品id", "商品编号", "商品编码", "商品", "产品", "产品id", "产品编号", "货号",
        "produto", "id produto", "id do produto", "codigo", "codigo do produto", "cod produto",
    ),
    Col.STORE_ID: (
        "store", "shop", "outlet", "location", "branch", "channel", "store number", "warehouse",
        "门店", "店铺", "门店编号", "店铺id", "渠道", "仓库", "loja", "id loja", "filial", "canal",
    ),
    Col.DAY: (
        "date", "sale date", "order date", "sales date", "transaction date", "invoice date",
        "purchase date", "period", "ds", "week", "timestamp", "日期", "销售日期", "下单日期",
        "订单日期", "时间", "data", "dia", "data da venda", "data do pedido", "data venda",
    ),
    Col.UNITS: (
        "qty", "quantity", "sales qty", "units sold", "sold", "volume", "count", "sales",
        "order quantity", "unit sales", "demand", "items sold", "amount sold", "y",
        "销量", "数量", "销售数量", "件数", "销售量", "quantidade", "qtd", "qtde", "vendas",
        "unidades", "unidades vendidas",
    ),
    Col.PRICE: (
        "unit price", "selling price", "sale price", "avg price", "average price",
        "价格", "单价", "售价", "成交价", "preco", "preco unitario", "valor unitario",
    ),
    Col.PROMO: (
        "promotion", "discount", "discount rate", "discount share", "on promotion", "promo depth",
        "促销", "折扣", "优惠", "promocao", "desconto",
    ),
    Col.REVENUE: (
        "turnover", "sales amount", "total", "amount", "gross sales", "sales value", "net sales",
        "销售额", "金额", "成交金额", "总价", "receita", "faturamento", "valor total", "valor",
    ),
    Col.IN_STOCK: (
        "available", "instock", "availability", "有货", "是否有货", "库存状态", "em estoque",
        "disponivel",
    ),
    Col.CURRENCY: ("currency code", "币种", "货币", "moeda"),
    Col.MEASURE: ("unit of measure", "计量"),
    Col.NAME: (
        "product name", "title", "item name", "description", "product title", "series",
        "series name", "indicator", "variable", "名称", "商品名称", "品名", "产品名称", "指标",
        "nome", "nome do produto", "descricao", "indicador", "serie",
    ),
    Col.CATEGORY: (
        "product category", "category name", "department", "segment", "class", "family", "group",
        "类别", "品类", "分类", "类目", "categoria", "departamento", "grupo",
    ),
    Col.BRAND: ("manufacturer", "make", "vendor", "品牌", "厂商", "marca", "fabricante"),
    Col.ATTRIBUTES: ("properties", "specs", "features", "属性", "规格", "atributos"),
    Col.LAUNCH_DAY: (
        "launch date", "release date", "first sale", "上市日期", "上架日期", "data de lancamento",
    ),
    Col.IMAGE: ("picture", "photo", "image url", "图片", "imagem", "foto"),
    Col.DOC_ID: (
        "review id", "comment id", "post id", "id", "message id", "document id",
        "评论id", "评价id", "帖子id", "id da avaliacao", "id comentario",
    ),
    Col.KIND: ("type", "document type", "类型", "tipo"),
    Col.AUTHOR: (
        "user", "user id", "username", "user name", "reviewer", "reviewer id", "customer",
        "customer id", "nickname", "用户", "用户名", "昵称", "用户id", "作者", "autor", "usuario",
        "cliente",
    ),
    Col.LANG: ("language", "locale", "语言", "idioma", "lingua"),
    Col.TEXT: (
        "review", "review text", "comment", "comments", "body", "content", "message", "review body",
        "feedback", "tweet", "post", "评论", "评价", "评论内容", "评价内容", "内容", "留言",
        "comentario", "avaliacao", "texto", "mensagem", "opiniao",
    ),
    Col.STARS: (
        "rating", "score", "star rating", "review score", "overall", "star", "评分", "星级", "打分",
        "nota", "estrelas", "pontuacao",
    ),
    Col.EVENT_TIME: (
        "time", "date", "review date", "created at", "timestamp", "posted at", "review time",
        "datetime", "published", "review ts", "ts", "created", "unix review time", "day",
        "评论时间", "评价时间", "时间", "日期", "发布时间",
        "data", "data da avaliacao", "data avaliacao", "data do comentario", "dia",
    ),
    Col.AVAILABLE_AT: ("available", "known at", "published at", "release time", "可用时间"),
    Col.REGION: ("country", "state", "area", "city", "地区", "区域", "省份", "regiao", "estado"),
    Col.VINTAGE: ("vintage date", "release", "as of", "revision", "plan day", "版本"),
    Col.VALUE: ("reading", "index", "level", "数值", "值", "valor"),
    Col.VIEWS: (
        "page views", "pv", "impressions", "visits", "浏览量", "浏览", "visualizacoes", "visitas",
    ),
    Col.CARTS: ("add to cart", "cart adds", "cart", "加购", "加购数", "carrinho"),
    Col.PURCHASES: ("orders", "buys", "conversions", "购买", "购买数", "compras", "pedidos"),
}  # fmt: skip
"""Table column to the names it goes by in files."""
