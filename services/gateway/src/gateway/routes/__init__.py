"""Operations that the gateway serves itself."""
