CREATE TABLE "runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"conversation_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"trigger" text NOT NULL,
	"source_id" uuid,
	"status" text NOT NULL,
	"outcome" text,
	"code" text,
	"model" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"work_ms" bigint NOT NULL,
	"turns" bigint NOT NULL,
	"steps" bigint NOT NULL,
	"tools" bigint NOT NULL,
	"input_tokens" bigint NOT NULL,
	"output_tokens" bigint NOT NULL,
	"cost" double precision NOT NULL,
	"rev" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "schedules" (
	"id" uuid PRIMARY KEY NOT NULL,
	"conversation_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"name" text NOT NULL,
	"words" text NOT NULL,
	"rule" jsonb NOT NULL,
	"timezone" text,
	"status" text NOT NULL,
	"next_at" timestamp (3) with time zone,
	"last_run_at" timestamp (3) with time zone,
	"runs" bigint NOT NULL,
	"failures" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"rev" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "runs_of_conversation" ON "runs" USING btree ("conversation_id","started_at");--> statement-breakpoint
CREATE INDEX "runs_of_owner" ON "runs" USING btree ("owner_id","started_at");--> statement-breakpoint
CREATE INDEX "schedules_of_conversation" ON "schedules" USING btree ("conversation_id");--> statement-breakpoint
CREATE INDEX "schedules_of_owner" ON "schedules" USING btree ("owner_id","next_at");