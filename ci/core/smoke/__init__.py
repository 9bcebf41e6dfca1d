"""What a smoke starts, what it expects and what it reports.

plan                                     the whole of it: made of the compose file and the settings
start_plan, service_spec                 the services as values, in the order in which they may start
read_services, read_mounts, compose_reader, values, policies, short_syntax, units
                                         a compose file read into those values
checks                                   what is wrong with a plan before anything starts
supervisor_spec                          what the supervisor of each service is given
service_state, readiness, start_order    how far each service is, and what may start next
step_request, step_check                 what a step sends, and whether its result is as expected
report                                   the results, for people and for machines
"""
