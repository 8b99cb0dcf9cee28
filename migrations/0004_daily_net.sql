CREATE TABLE "user_timers" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"due_at" timestamp (3) with time zone,
	"rev" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "user_timers_due" ON "user_timers" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "daily_runs_open" ON "daily_runs" USING btree ("start_time") WHERE status <> 'ended';--> statement-breakpoint
DELETE FROM "task_history" USING "daily_runs" WHERE "daily_runs"."id" = "task_history"."run_id" AND "daily_runs"."trigger" = 'dry';
