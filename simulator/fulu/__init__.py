"""The Fulu simulator: 福禄开放平台 v2, one gateway for every method."""
