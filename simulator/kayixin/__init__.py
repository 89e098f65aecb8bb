"""The Kayixin simulator: 卡易信 商家客户 API 3.0."""
