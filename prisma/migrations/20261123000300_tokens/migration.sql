CREATE TABLE "SigningKey" (
  "kid" TEXT NOT NULL,
  "publicJwk" JSONB NOT NULL,
  "privateKey" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "SigningKey_pkey" PRIMARY KEY ("kid")
);
