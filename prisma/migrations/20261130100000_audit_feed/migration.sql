-- Who follows the audit reads rows in the order of their numbers, whenever their calls began.
CREATE INDEX "Audit_seq_idx" ON "Audit" ("seq");
