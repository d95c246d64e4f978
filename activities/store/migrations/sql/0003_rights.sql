-- What the application may do: read all, add what people said, and change only what may change.
-- Nothing may be deleted, and what is history may not be altered, by privilege and not by habit.

GRANT SELECT ON ALL TABLES IN SCHEMA public TO locality_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO locality_app;

GRANT INSERT ON
  area, cluster, cluster_in_area, trust, school, school_in_cluster, school_in_trust, person,
  sign_in, role_held, pupil, pupil_on_roll, pupil_name, family_tie, policy_version, event, said, meeting, agenda_item, interest, ballot,
  vote, draft, support_request, request_version, request_pupil, part_played, act, "placing",
  decision, award, instalment, letter, plan_provision, plan_place, clock_offset
  TO locality_app;

GRANT UPDATE (name) ON area, cluster, trust, school TO locality_app;
GRANT UPDATE (until_on) ON
  school_in_cluster, school_in_trust, cluster_in_area, role_held, pupil_on_roll TO locality_app;
GRANT UPDATE (in_force_until) ON policy_version TO locality_app;
GRANT UPDATE (position) ON event TO locality_app;
GRANT UPDATE (outcome, refusal, outcome_at) ON act TO locality_app;
GRANT UPDATE (closes_at, closed_at, quorate, result, heard_at) ON ballot TO locality_app;
GRANT UPDATE (stage) ON meeting TO locality_app;
GRANT UPDATE (state, position) ON agenda_item TO locality_app;
GRANT UPDATE (state) ON plan_place TO locality_app;
GRANT UPDATE (places) ON plan_provision TO locality_app;
GRANT UPDATE ON draft, clock_offset TO locality_app;
GRANT UPDATE (stage, kind, level, version, stage_since_at, waits_for, waits_until_at, decide_by_at, overdue,
  times_without_quorum, placing_id, decision_id, ending, why, has_plan, owed_annual_pence)
  ON support_request TO locality_app;
