-- SQL of plugins that are not part of this project: which was applied, and what it was.
CREATE TABLE "AppliedScript" (
    "set" TEXT NOT NULL,
    "script" TEXT NOT NULL,
    "checksum" TEXT NOT NULL,
    "appliedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "AppliedScript_pkey" PRIMARY KEY ("set", "script")
);
