-- Whether a webhook gets personal data also while General Settings hide it.
ALTER TABLE "Webhook" ADD COLUMN "personalData" BOOLEAN NOT NULL DEFAULT false;
