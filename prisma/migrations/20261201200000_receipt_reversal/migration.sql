-- A receipt that was wrong is reversed, once.
ALTER TABLE "Receipt" ADD COLUMN "reversedAt" TIMESTAMPTZ(3);
ALTER TABLE "Receipt" ADD COLUMN "reversalReason" TEXT;
