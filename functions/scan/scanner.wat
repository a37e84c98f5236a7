(module
 (type $0 (func (param i32 i32) (result i32)))
 (type $1 (func (param i32 f64) (result i32)))
 (type $2 (func (param i32 i32 i32) (result i32)))
 (type $3 (func (param i32) (result i32)))
 (type $4 (func))
 (type $5 (func (param i32 i32 i32 i32 f64) (result i32)))
 (type $6 (func (param i32 f64 i32) (result i32)))
 (global $functions/scan/assembly/layout/PLACEHOLDER_IDS i32 (i32.const 1024))
 (global $functions/scan/assembly/layout/IDENTITY_EVENTS i32 (i32.const 2048))
 (global $functions/scan/assembly/layout/STARTS_PLACEHOLDER i32 (i32.const 4096))
 (global $functions/scan/assembly/layout/MAX_PLACEHOLDER_BYTES i32 (i32.const 47))
 (global $functions/scan/assembly/layout/TABLE i32 (i32.const 16384))
 (global $functions/scan/assembly/layout/MAX_ROWS i32 (i32.const 16384))
 (global $functions/scan/assembly/layout/INPUT i32 (i32.const 393216))
 (global $functions/scan/assembly/layout/MAX_INPUT i32 (i32.const 1179648))
 (global $functions/scan/assembly/layout/MAX_ROW i32 (i32.const 65536))
 (global $functions/scan/assembly/rules/maxInsertIdBytes (mut i32) (i32.const 0))
 (global $functions/scan/assembly/rules/firstMilliseconds (mut f64) (f64.const 0))
 (global $functions/scan/assembly/rules/maxSecondsAhead (mut f64) (f64.const 0))
 (global $functions/scan/assembly/event/propertiesEnd (mut i32) (i32.const 0))
 (global $functions/scan/assembly/event/flags (mut i32) (i32.const 0))
 (global $functions/scan/assembly/event/mayBeUpdate (mut i32) (i32.const 0))
 (global $functions/scan/assembly/update/updateFlags (mut i32) (i32.const 0))
 (global $functions/scan/assembly/update/distinctId (mut i32) (i32.const 0))
 (global $functions/scan/assembly/update/groupKey (mut i32) (i32.const 0))
 (global $functions/scan/assembly/update/groupId (mut i32) (i32.const 0))
 (global $functions/scan/assembly/update/allBits (mut i32) (i32.const 0))
 (global $functions/scan/assembly/rows/mappedStart (mut i32) (i32.const 0))
 (global $functions/scan/assembly/rows/mappedEnd (mut i32) (i32.const 0))
 (global $functions/scan/assembly/rows/mappedFlags (mut i32) (i32.const 0))
 (global $functions/scan/assembly/rows/run (mut i32) (i32.const 0))
 (global $functions/scan/assembly/rows/to (mut i32) (i32.const 0))
 (global $functions/scan/assembly/rows/event (mut i32) (i32.const 0))
 (global $functions/scan/assembly/rows/eventEnd (mut i32) (i32.const 0))
 (global $functions/scan/assembly/lines/scannedEnd (mut i32) (i32.const 0))
 (global $functions/scan/assembly/lines/scannedLines (mut i32) (i32.const 0))
 (memory $0 29 29)
 (export "scannedEnd" (global $functions/scan/assembly/lines/scannedEnd))
 (export "scannedLines" (global $functions/scan/assembly/lines/scannedLines))
 (export "scanLines" (func $functions/scan/assembly/lines/scanLines))
 (export "IDENTITY_EVENTS" (global $functions/scan/assembly/layout/IDENTITY_EVENTS))
 (export "INPUT" (global $functions/scan/assembly/layout/INPUT))
 (export "MAX_INPUT" (global $functions/scan/assembly/layout/MAX_INPUT))
 (export "MAX_PLACEHOLDER_BYTES" (global $functions/scan/assembly/layout/MAX_PLACEHOLDER_BYTES))
 (export "MAX_ROW" (global $functions/scan/assembly/layout/MAX_ROW))
 (export "MAX_ROWS" (global $functions/scan/assembly/layout/MAX_ROWS))
 (export "PLACEHOLDER_IDS" (global $functions/scan/assembly/layout/PLACEHOLDER_IDS))
 (export "STARTS_PLACEHOLDER" (global $functions/scan/assembly/layout/STARTS_PLACEHOLDER))
 (export "TABLE" (global $functions/scan/assembly/layout/TABLE))
 (export "mappedEnd" (global $functions/scan/assembly/rows/mappedEnd))
 (export "mappedFlags" (global $functions/scan/assembly/rows/mappedFlags))
 (export "mappedStart" (global $functions/scan/assembly/rows/mappedStart))
 (export "mapRow" (func $functions/scan/assembly/rows/mapRow))
 (export "firstMilliseconds" (global $functions/scan/assembly/rules/firstMilliseconds))
 (export "maxInsertIdBytes" (global $functions/scan/assembly/rules/maxInsertIdBytes))
 (export "maxSecondsAhead" (global $functions/scan/assembly/rules/maxSecondsAhead))
 (export "memory" (memory $0))
 (start $~start)
 (func $functions/scan/assembly/value/skipValue (param $0 i32) (param $1 i32) (result i32)
  (local $2 i32)
  local.get $0
  i32.load8_u
  local.tee $2
  i32.const 34
  i32.eq
  if
   local.get $0
   call $functions/scan/assembly/text/skipString
   return
  end
  local.get $2
  i32.const 45
  i32.eq
  local.get $2
  i32.const 48
  i32.sub
  i32.const 255
  i32.and
  i32.const 10
  i32.lt_u
  i32.or
  if
   local.get $0
   i32.const 1
   i32.add
   local.get $0
   local.get $0
   i32.load8_u
   i32.const 45
   i32.eq
   select
   local.tee $1
   local.set $0
   loop $while-continue|0
    local.get $0
    i32.load8_u
    i32.const 48
    i32.sub
    i32.const 255
    i32.and
    i32.const 10
    i32.lt_u
    if
     local.get $0
     i32.const 1
     i32.add
     local.set $0
     br $while-continue|0
    end
   end
   block $__inlined_func$functions/scan/assembly/value/skipNumber$1 (result i32)
    i32.const 0
    local.get $0
    local.get $1
    i32.eq
    br_if $__inlined_func$functions/scan/assembly/value/skipNumber$1
    drop
    i32.const 0
    local.get $1
    i32.load8_u
    i32.const 48
    i32.eq
    local.get $0
    local.get $1
    i32.const 1
    i32.add
    i32.gt_u
    i32.and
    br_if $__inlined_func$functions/scan/assembly/value/skipNumber$1
    drop
    local.get $0
    i32.load8_u
    local.tee $1
    i32.const 46
    i32.eq
    local.tee $2
    local.get $1
    i32.const 32
    i32.or
    i32.const 101
    i32.eq
    i32.or
    if (result i32)
     block $__inlined_func$functions/scan/assembly/value/skipFraction$10 (result i32)
      local.get $2
      if
       local.get $0
       i32.const 1
       i32.add
       local.tee $1
       local.set $0
       loop $while-continue|01
        local.get $0
        i32.load8_u
        i32.const 48
        i32.sub
        i32.const 255
        i32.and
        i32.const 10
        i32.lt_u
        if
         local.get $0
         i32.const 1
         i32.add
         local.set $0
         br $while-continue|01
        end
       end
       i32.const 0
       local.get $0
       local.get $1
       i32.eq
       br_if $__inlined_func$functions/scan/assembly/value/skipFraction$10
       drop
      end
      local.get $0
      local.get $0
      i32.load8_u
      i32.const 32
      i32.or
      i32.const 101
      i32.ne
      br_if $__inlined_func$functions/scan/assembly/value/skipFraction$10
      drop
      local.get $0
      i32.const 2
      i32.add
      local.get $0
      i32.const 1
      i32.add
      local.get $0
      i32.load8_u offset=1
      local.tee $0
      i32.const 45
      i32.eq
      local.get $0
      i32.const 43
      i32.eq
      i32.or
      select
      local.tee $1
      local.set $0
      loop $while-continue|04
       local.get $0
       i32.load8_u
       i32.const 48
       i32.sub
       i32.const 255
       i32.and
       i32.const 10
       i32.lt_u
       if
        local.get $0
        i32.const 1
        i32.add
        local.set $0
        br $while-continue|04
       end
      end
      local.get $0
      i32.const 0
      local.get $0
      local.get $1
      i32.ne
      select
     end
    else
     local.get $0
    end
   end
   return
  end
  local.get $0
  local.get $1
  call $functions/scan/assembly/value/skipOther
 )
 (func $functions/scan/assembly/ids/isPlainName (param $0 i32) (param $1 i32) (result i32)
  (local $2 v128)
  (local $3 i32)
  local.get $0
  i32.load8_u
  i32.const 34
  i32.ne
  local.get $1
  local.get $0
  i32.sub
  i32.const 3
  i32.lt_u
  i32.or
  if
   i32.const 0
   return
  end
  local.get $0
  i32.load8_u offset=1
  local.tee $3
  i32.const 32
  i32.le_u
  local.get $3
  i32.const 127
  i32.ge_u
  i32.or
  local.get $3
  i32.const 92
  i32.eq
  i32.or
  if
   i32.const 0
   return
  end
  local.get $3
  i32.const 36
  i32.ne
  if (result i32)
   i32.const 1
  else
   local.get $1
   local.get $0
   i32.load8_u
   i32.const 34
   i32.ne
   if (result i32)
    i32.const 0
   else
    local.get $0
    i32.const 1
    i32.add
    local.set $0
    loop $while-continue|0
     local.get $0
     local.get $0
     v128.load
     local.tee $2
     v128.const i32x4 0x22222222 0x22222222 0x22222222 0x22222222
     i8x16.eq
     local.get $2
     v128.const i32x4 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c
     i8x16.eq
     v128.or
     local.get $2
     v128.const i32x4 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f
     i8x16.le_u
     v128.or
     i8x16.bitmask
     local.tee $1
     i32.ctz
     i32.add
     local.set $3
     local.get $1
     i32.eqz
     if
      local.get $0
      i32.const 16
      i32.add
      local.set $0
      br $while-continue|0
     end
    end
    local.get $3
    i32.const 1
    i32.add
    i32.const 0
    local.get $3
    i32.load8_u
    i32.const 34
    i32.eq
    select
   end
   i32.eq
  end
 )
 (func $functions/scan/assembly/ids/isPlainDistinctId (param $0 i32) (param $1 i32) (result i32)
  (local $2 i32)
  (local $3 v128)
  (local $4 i32)
  (local $5 i32)
  local.get $0
  i32.load8_u
  i32.const 34
  i32.ne
  if
   i32.const 1
   return
  end
  local.get $0
  i32.load8_u
  i32.const 34
  i32.ne
  if (result i32)
   i32.const 0
  else
   local.get $0
   i32.const 1
   i32.add
   local.set $2
   loop $while-continue|0
    local.get $2
    local.get $2
    v128.load
    local.tee $3
    v128.const i32x4 0x22222222 0x22222222 0x22222222 0x22222222
    i8x16.eq
    local.get $3
    v128.const i32x4 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c
    i8x16.eq
    v128.or
    local.get $3
    v128.const i32x4 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f
    i8x16.le_u
    v128.or
    i8x16.bitmask
    local.tee $5
    i32.ctz
    i32.add
    local.set $4
    local.get $5
    i32.eqz
    if
     local.get $2
     i32.const 16
     i32.add
     local.set $2
     br $while-continue|0
    end
   end
   local.get $4
   i32.const 1
   i32.add
   i32.const 0
   local.get $4
   i32.load8_u
   i32.const 34
   i32.eq
   select
  end
  local.get $1
  i32.ne
  if
   i32.const 0
   return
  end
  local.get $0
  i32.const 1
  i32.add
  local.get $1
  local.get $0
  i32.sub
  i32.const 2
  i32.sub
  i32.const 0
  call $functions/scan/assembly/ids/isPlaceholder
  i32.eqz
 )
 (func $functions/scan/assembly/value/skipOther (param $0 i32) (param $1 i32) (result i32)
  (local $2 i32)
  (local $3 i32)
  local.get $0
  i32.load8_u
  local.tee $2
  i32.const 123
  i32.eq
  if
   local.get $1
   i32.const 64
   i32.lt_s
   if
    local.get $1
    i32.const 1
    i32.add
    local.set $3
    local.get $0
    i32.const 1
    i32.add
    local.set $0
    loop $while-continue|0
     local.get $0
     i32.load8_u
     local.tee $1
     i32.const 32
     i32.le_u
     if (result i32)
      local.get $1
      i32.const 9
      i32.eq
      local.get $1
      i32.const 32
      i32.eq
      i32.or
      local.get $1
      i32.const 13
      i32.eq
      i32.or
     else
      i32.const 0
     end
     if
      local.get $0
      i32.const 1
      i32.add
      local.set $0
      br $while-continue|0
     end
    end
    local.get $0
    i32.const 1
    i32.add
    local.set $1
    block $__inlined_func$functions/scan/assembly/value/skipObject$11
     local.get $0
     i32.load8_u
     i32.const 125
     i32.eq
     br_if $__inlined_func$functions/scan/assembly/value/skipObject$11
     loop $while-continue|01
      i32.const 0
      local.set $1
      local.get $0
      i32.load8_u
      i32.const 34
      i32.ne
      br_if $__inlined_func$functions/scan/assembly/value/skipObject$11
      local.get $0
      call $functions/scan/assembly/text/skipString
      local.tee $0
      i32.eqz
      br_if $__inlined_func$functions/scan/assembly/value/skipObject$11
      loop $while-continue|03
       local.get $0
       i32.load8_u
       local.tee $2
       i32.const 32
       i32.le_u
       if (result i32)
        local.get $2
        i32.const 9
        i32.eq
        local.get $2
        i32.const 32
        i32.eq
        i32.or
        local.get $2
        i32.const 13
        i32.eq
        i32.or
       else
        i32.const 0
       end
       if
        local.get $0
        i32.const 1
        i32.add
        local.set $0
        br $while-continue|03
       end
      end
      local.get $0
      i32.load8_u
      i32.const 58
      i32.ne
      br_if $__inlined_func$functions/scan/assembly/value/skipObject$11
      local.get $0
      i32.const 1
      i32.add
      local.set $0
      loop $while-continue|06
       local.get $0
       i32.load8_u
       local.tee $2
       i32.const 32
       i32.le_u
       if (result i32)
        local.get $2
        i32.const 9
        i32.eq
        local.get $2
        i32.const 32
        i32.eq
        i32.or
        local.get $2
        i32.const 13
        i32.eq
        i32.or
       else
        i32.const 0
       end
       if
        local.get $0
        i32.const 1
        i32.add
        local.set $0
        br $while-continue|06
       end
      end
      local.get $0
      local.get $3
      call $functions/scan/assembly/value/skipValue
      local.tee $0
      i32.eqz
      br_if $__inlined_func$functions/scan/assembly/value/skipObject$11
      loop $while-continue|09
       local.get $0
       i32.load8_u
       local.tee $1
       i32.const 32
       i32.le_u
       if (result i32)
        local.get $1
        i32.const 9
        i32.eq
        local.get $1
        i32.const 32
        i32.eq
        i32.or
        local.get $1
        i32.const 13
        i32.eq
        i32.or
       else
        i32.const 0
       end
       if
        local.get $0
        i32.const 1
        i32.add
        local.set $0
        br $while-continue|09
       end
      end
      local.get $0
      i32.const 1
      i32.add
      local.tee $2
      local.set $1
      local.get $0
      i32.load8_u
      local.tee $0
      i32.const 125
      i32.eq
      br_if $__inlined_func$functions/scan/assembly/value/skipObject$11
      i32.const 0
      local.set $1
      local.get $0
      i32.const 44
      i32.ne
      br_if $__inlined_func$functions/scan/assembly/value/skipObject$11
      local.get $2
      local.set $0
      loop $while-continue|012
       local.get $0
       i32.load8_u
       local.tee $1
       i32.const 32
       i32.le_u
       if (result i32)
        local.get $1
        i32.const 9
        i32.eq
        local.get $1
        i32.const 32
        i32.eq
        i32.or
        local.get $1
        i32.const 13
        i32.eq
        i32.or
       else
        i32.const 0
       end
       if
        local.get $0
        i32.const 1
        i32.add
        local.set $0
        br $while-continue|012
       end
      end
      br $while-continue|01
     end
     unreachable
    end
   else
    i32.const 0
    local.set $1
   end
   local.get $1
   return
  end
  local.get $2
  i32.const 91
  i32.eq
  if
   local.get $1
   i32.const 64
   i32.lt_s
   if
    local.get $1
    i32.const 1
    i32.add
    local.set $3
    local.get $0
    i32.const 1
    i32.add
    local.set $0
    loop $while-continue|015
     local.get $0
     i32.load8_u
     local.tee $1
     i32.const 32
     i32.le_u
     if (result i32)
      local.get $1
      i32.const 9
      i32.eq
      local.get $1
      i32.const 32
      i32.eq
      i32.or
      local.get $1
      i32.const 13
      i32.eq
      i32.or
     else
      i32.const 0
     end
     if
      local.get $0
      i32.const 1
      i32.add
      local.set $0
      br $while-continue|015
     end
    end
    local.get $0
    i32.const 1
    i32.add
    local.set $1
    block $__inlined_func$functions/scan/assembly/value/skipArray$12
     local.get $0
     i32.load8_u
     i32.const 93
     i32.eq
     br_if $__inlined_func$functions/scan/assembly/value/skipArray$12
     loop $while-continue|0118
      i32.const 0
      local.set $1
      local.get $0
      local.get $3
      call $functions/scan/assembly/value/skipValue
      local.tee $0
      i32.eqz
      br_if $__inlined_func$functions/scan/assembly/value/skipArray$12
      loop $while-continue|020
       local.get $0
       i32.load8_u
       local.tee $1
       i32.const 32
       i32.le_u
       if (result i32)
        local.get $1
        i32.const 9
        i32.eq
        local.get $1
        i32.const 32
        i32.eq
        i32.or
        local.get $1
        i32.const 13
        i32.eq
        i32.or
       else
        i32.const 0
       end
       if
        local.get $0
        i32.const 1
        i32.add
        local.set $0
        br $while-continue|020
       end
      end
      local.get $0
      i32.const 1
      i32.add
      local.tee $2
      local.set $1
      local.get $0
      i32.load8_u
      local.tee $0
      i32.const 93
      i32.eq
      br_if $__inlined_func$functions/scan/assembly/value/skipArray$12
      i32.const 0
      local.set $1
      local.get $0
      i32.const 44
      i32.ne
      br_if $__inlined_func$functions/scan/assembly/value/skipArray$12
      local.get $2
      local.set $0
      loop $while-continue|023
       local.get $0
       i32.load8_u
       local.tee $1
       i32.const 32
       i32.le_u
       if (result i32)
        local.get $1
        i32.const 9
        i32.eq
        local.get $1
        i32.const 32
        i32.eq
        i32.or
        local.get $1
        i32.const 13
        i32.eq
        i32.or
       else
        i32.const 0
       end
       if
        local.get $0
        i32.const 1
        i32.add
        local.set $0
        br $while-continue|023
       end
      end
      br $while-continue|0118
     end
     unreachable
    end
   else
    i32.const 0
    local.set $1
   end
   local.get $1
   return
  end
  local.get $0
  i32.load
  local.tee $1
  i32.const 1819047278
  i32.eq
  local.get $1
  i32.const 1702195828
  i32.eq
  i32.or
  if
   local.get $0
   i32.const 4
   i32.add
   return
  end
  local.get $0
  i32.const 5
  i32.add
  i32.const 0
  local.get $2
  i32.const 102
  i32.eq
  if (result i32)
   local.get $0
   i32.load offset=1
   i32.const 1702063201
   i32.eq
  else
   i32.const 0
  end
  select
 )
 (func $functions/scan/assembly/text/skipString (param $0 i32) (result i32)
  (local $1 i32)
  (local $2 v128)
  (local $3 i32)
  (local $4 i32)
  local.get $0
  i32.const 1
  i32.add
  local.set $0
  loop $while-continue|0
   local.get $0
   local.get $0
   v128.load
   local.tee $2
   v128.const i32x4 0x22222222 0x22222222 0x22222222 0x22222222
   i8x16.eq
   local.get $2
   v128.const i32x4 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c
   i8x16.eq
   v128.or
   local.get $2
   v128.const i32x4 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f
   i8x16.le_u
   v128.or
   i8x16.bitmask
   local.tee $3
   i32.ctz
   i32.add
   local.set $1
   local.get $3
   i32.eqz
   if
    local.get $0
    i32.const 16
    i32.add
    local.set $0
    br $while-continue|0
   end
  end
  local.get $1
  local.tee $0
  i32.load8_u
  i32.const 34
  i32.eq
  if (result i32)
   local.get $0
   i32.const 1
   i32.add
  else
   block $__inlined_func$functions/scan/assembly/text/skipEscapedText (result i32)
    loop $while-continue|00
     local.get $0
     i32.const 1
     i32.add
     local.tee $3
     local.get $0
     i32.load8_u
     local.tee $0
     i32.const 34
     i32.eq
     br_if $__inlined_func$functions/scan/assembly/text/skipEscapedText
     drop
     i32.const 0
     local.get $0
     i32.const 92
     i32.ne
     br_if $__inlined_func$functions/scan/assembly/text/skipEscapedText
     drop
     local.get $3
     i32.const 1
     i32.add
     local.set $1
     block $__inlined_func$functions/scan/assembly/text/skipEscape$53
      local.get $3
      i32.load8_u
      local.tee $0
      i32.const 92
      i32.eq
      local.get $0
      i32.const 34
      i32.eq
      i32.or
      local.get $0
      i32.const 47
      i32.eq
      i32.or
      if (result i32)
       i32.const 1
      else
       local.get $0
       i32.const 116
       i32.eq
       local.get $0
       i32.const 110
       i32.eq
       i32.or
       local.get $0
       i32.const 114
       i32.eq
       i32.or
       local.get $0
       i32.const 98
       i32.eq
       i32.or
       local.get $0
       i32.const 102
       i32.eq
       i32.or
      end
      br_if $__inlined_func$functions/scan/assembly/text/skipEscape$53
      i32.const 0
      local.set $1
      local.get $0
      i32.const 117
      i32.ne
      br_if $__inlined_func$functions/scan/assembly/text/skipEscape$53
      local.get $3
      i32.const 1
      i32.add
      local.set $0
      loop $for-loop|0
       local.get $0
       local.get $3
       i32.const 4
       i32.add
       i32.le_u
       if
        local.get $0
        i32.load8_u
        local.tee $4
        i32.const 48
        i32.sub
        i32.const 255
        i32.and
        i32.const 10
        i32.lt_u
        if (result i32)
         i32.const 1
        else
         local.get $4
         i32.const 32
         i32.or
         i32.const 97
         i32.sub
         i32.const 255
         i32.and
         i32.const 6
         i32.lt_u
        end
        i32.eqz
        br_if $__inlined_func$functions/scan/assembly/text/skipEscape$53
        local.get $0
        i32.const 1
        i32.add
        local.set $0
        br $for-loop|0
       end
      end
      local.get $3
      i32.const 5
      i32.add
      local.set $1
     end
     local.get $1
     local.tee $0
     if
      loop $while-continue|01
       local.get $0
       local.get $0
       v128.load
       local.tee $2
       v128.const i32x4 0x22222222 0x22222222 0x22222222 0x22222222
       i8x16.eq
       local.get $2
       v128.const i32x4 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c
       i8x16.eq
       v128.or
       local.get $2
       v128.const i32x4 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f
       i8x16.le_u
       v128.or
       i8x16.bitmask
       local.tee $3
       i32.ctz
       i32.add
       local.set $1
       local.get $3
       i32.eqz
       if
        local.get $0
        i32.const 16
        i32.add
        local.set $0
        br $while-continue|01
       end
      end
      local.get $1
      local.set $0
      br $while-continue|00
     end
    end
    i32.const 0
   end
  end
 )
 (func $functions/scan/assembly/lines/cutLine (param $0 i32) (param $1 i32) (param $2 i32) (result i32)
  (local $3 i32)
  (local $4 i32)
  (local $5 i32)
  local.get $1
  local.set $3
  loop $while-continue|0
   local.get $1
   local.get $1
   v128.load
   v128.const i32x4 0x0a0a0a0a 0x0a0a0a0a 0x0a0a0a0a 0x0a0a0a0a
   i8x16.eq
   i8x16.bitmask
   local.tee $5
   i32.ctz
   i32.add
   local.set $4
   local.get $5
   i32.eqz
   if
    local.get $1
    i32.const 16
    i32.add
    local.set $1
    br $while-continue|0
   end
  end
  local.get $4
  local.set $1
  loop $while-continue|01
   local.get $1
   local.get $3
   i32.gt_u
   if (result i32)
    local.get $1
    i32.const 1
    i32.sub
    i32.load8_u
    local.tee $5
    i32.const 32
    i32.le_u
    if (result i32)
     local.get $5
     i32.const 9
     i32.eq
     local.get $5
     i32.const 32
     i32.eq
     i32.or
     local.get $5
     i32.const 13
     i32.eq
     i32.or
    else
     i32.const 0
    end
   else
    i32.const 0
   end
   if
    local.get $1
    i32.const 1
    i32.sub
    local.set $1
    br $while-continue|01
   end
  end
  local.get $0
  local.get $3
  i32.const 393216
  i32.sub
  i32.store
  local.get $0
  local.get $1
  i32.const 393216
  i32.sub
  i32.store offset=4
  local.get $0
  i32.const -1
  i32.store offset=8
  local.get $0
  i32.const 0
  i32.store offset=12
  local.get $0
  local.get $2
  i32.store offset=16
  local.get $4
 )
 (func $functions/scan/assembly/keys/propertyKey (param $0 i32) (param $1 i32) (result i32)
  block $case5|0
   block $case4|0
    block $case3|0
     block $case2|0
      block $case1|0
       block $case0|0
        local.get $1
        local.get $0
        i32.sub
        i32.const 4
        i32.sub
        br_table $case0|0 $case5|0 $case1|0 $case5|0 $case5|0 $case2|0 $case5|0 $case5|0 $case3|0 $case4|0 $case5|0
       end
       i32.const 6
       i32.const 0
       local.get $0
       i32.load
       i32.const 577792290
       i32.eq
       select
       return
      end
      i32.const 3
      i32.const 0
      local.get $0
      i32.load offset=1
      i32.const 1701669236
      i32.eq
      select
      return
     end
     i32.const 7
     i32.const 0
     local.get $0
     i64.load
     i64.const 7310027665147765794
     i64.eq
     select
     return
    end
    i32.const 4
    i32.const 0
    local.get $0
    i64.load offset=2
    i64.const 7592915531447103081
    i64.eq
    if (result i32)
     local.get $0
     i32.load16_u
     i32.const 9250
     i32.eq
    else
     i32.const 0
    end
    if (result i32)
     local.get $0
     i32.load8_u offset=10
     i32.const 100
     i32.eq
    else
     i32.const 0
    end
    select
    return
   end
   i32.const 5
   i32.const 0
   local.get $0
   i64.load offset=1
   i64.const 8386668330298337636
   i64.eq
   if (result i32)
    local.get $0
    i32.load offset=9
    i32.const 577005919
    i32.eq
   else
    i32.const 0
   end
   select
   return
  end
  i32.const 0
 )
 (func $functions/scan/assembly/ids/isPlainInsertId (param $0 i32) (param $1 i32) (result i32)
  (local $2 i32)
  (local $3 v128)
  (local $4 i32)
  (local $5 i32)
  local.get $1
  local.get $0
  i32.sub
  i32.const 2
  i32.sub
  local.tee $4
  i32.eqz
  local.get $0
  i32.load8_u
  i32.const 34
  i32.ne
  i32.or
  local.get $4
  global.get $functions/scan/assembly/rules/maxInsertIdBytes
  i32.gt_u
  i32.or
  if
   i32.const 0
   return
  end
  local.get $0
  i32.const 1
  i32.add
  local.set $5
  block $__inlined_func$functions/scan/assembly/ids/isAllInsertId$65 (result i32)
   loop $for-loop|0
    local.get $2
    local.get $4
    i32.lt_u
    if
     i32.const 0
     local.get $2
     local.get $5
     i32.add
     v128.load
     local.tee $3
     v128.const i32x4 0x20202020 0x20202020 0x20202020 0x20202020
     v128.or
     v128.const i32x4 0x61616161 0x61616161 0x61616161 0x61616161
     i8x16.sub
     v128.const i32x4 0x19191919 0x19191919 0x19191919 0x19191919
     i8x16.le_u
     local.get $3
     v128.const i32x4 0x30303030 0x30303030 0x30303030 0x30303030
     i8x16.sub
     v128.const i32x4 0x09090909 0x09090909 0x09090909 0x09090909
     i8x16.le_u
     v128.or
     local.get $3
     v128.const i32x4 0x2d2d2d2d 0x2d2d2d2d 0x2d2d2d2d 0x2d2d2d2d
     i8x16.eq
     v128.or
     i8x16.bitmask
     i32.const -1
     i32.xor
     i32.const 65535
     i32.const 1
     local.get $4
     local.get $2
     i32.sub
     local.tee $1
     i32.shl
     i32.const 1
     i32.sub
     local.get $1
     i32.const 16
     i32.ge_u
     select
     i32.and
     br_if $__inlined_func$functions/scan/assembly/ids/isAllInsertId$65
     drop
     local.get $2
     i32.const 16
     i32.add
     local.set $2
     br $for-loop|0
    end
   end
   i32.const 1
  end
  i32.eqz
  if
   i32.const 0
   return
  end
  local.get $0
  i32.const 1
  i32.add
  local.get $4
  i32.const 32
  call $functions/scan/assembly/ids/isPlaceholder
  i32.eqz
 )
 (func $functions/scan/assembly/ids/isPlaceholder (param $0 i32) (param $1 i32) (param $2 i32) (result i32)
  (local $3 i32)
  (local $4 i32)
  (local $5 i32)
  local.get $1
  i32.const 47
  i32.gt_u
  if
   i32.const 0
   return
  end
  local.get $0
  i32.load8_u
  local.get $1
  i32.const 8
  i32.shl
  i32.const 4096
  i32.add
  i32.add
  i32.load8_u
  i32.eqz
  if
   i32.const 0
   return
  end
  i32.const 1024
  local.set $4
  local.get $0
  local.set $3
  block $__inlined_func$functions/scan/assembly/ids/isListed (result i32)
   loop $for-loop|0
    local.get $4
    i32.load8_u
    local.tee $0
    if
     i32.const 1
     local.get $0
     local.get $1
     i32.eq
     if (result i32)
      local.get $4
      i32.const 1
      i32.add
      local.set $5
      i32.const 0
      local.set $0
      block $__inlined_func$functions/scan/assembly/ids/isText$14 (result i32)
       loop $for-loop|00
        local.get $0
        local.get $1
        i32.lt_u
        if
         i32.const 0
         local.get $0
         local.get $5
         i32.add
         i32.load8_u
         local.get $0
         local.get $3
         i32.add
         i32.load8_u
         local.get $2
         i32.const 255
         i32.and
         i32.or
         i32.ne
         br_if $__inlined_func$functions/scan/assembly/ids/isText$14
         drop
         local.get $0
         i32.const 1
         i32.add
         local.set $0
         br $for-loop|00
        end
       end
       i32.const 1
      end
     else
      i32.const 0
     end
     br_if $__inlined_func$functions/scan/assembly/ids/isListed
     drop
     local.get $4
     local.get $4
     i32.load8_u
     i32.const 1
     i32.add
     i32.add
     local.set $4
     br $for-loop|0
    end
   end
   i32.const 0
  end
 )
 (func $functions/scan/assembly/ids/isIdentityEvent (param $0 i32) (param $1 i32) (result i32)
  (local $2 i32)
  (local $3 i32)
  (local $4 i32)
  local.get $0
  i32.load8_u offset=1
  i32.const 36
  i32.ne
  if
   i32.const 0
   return
  end
  i32.const 2048
  local.set $2
  local.get $0
  i32.const 1
  i32.add
  local.set $3
  local.get $1
  local.get $0
  i32.sub
  i32.const 2
  i32.sub
  local.set $4
  block $__inlined_func$functions/scan/assembly/ids/isListed$2 (result i32)
   loop $for-loop|0
    local.get $2
    i32.load8_u
    local.tee $0
    if
     i32.const 1
     local.get $0
     local.get $4
     i32.eq
     if (result i32)
      local.get $2
      i32.const 1
      i32.add
      local.set $0
      i32.const 0
      local.set $1
      block $__inlined_func$functions/scan/assembly/ids/isText$14 (result i32)
       loop $for-loop|00
        local.get $1
        local.get $4
        i32.lt_u
        if
         i32.const 0
         local.get $0
         local.get $1
         i32.add
         i32.load8_u
         local.get $1
         local.get $3
         i32.add
         i32.load8_u
         i32.ne
         br_if $__inlined_func$functions/scan/assembly/ids/isText$14
         drop
         local.get $1
         i32.const 1
         i32.add
         local.set $1
         br $for-loop|00
        end
       end
       i32.const 1
      end
     else
      i32.const 0
     end
     br_if $__inlined_func$functions/scan/assembly/ids/isListed$2
     drop
     local.get $2
     local.get $2
     i32.load8_u
     i32.const 1
     i32.add
     i32.add
     local.set $2
     br $for-loop|0
    end
   end
   i32.const 0
  end
 )
 (func $~start
  i32.const 0
  global.set $functions/scan/assembly/event/propertiesEnd
  i32.const 0
  global.set $functions/scan/assembly/update/distinctId
  i32.const 0
  global.set $functions/scan/assembly/update/groupKey
  i32.const 0
  global.set $functions/scan/assembly/update/groupId
  i32.const 393216
  global.set $functions/scan/assembly/rows/run
  i32.const 1769472
  global.set $functions/scan/assembly/rows/to
  i32.const 0
  global.set $functions/scan/assembly/rows/event
  i32.const 0
  global.set $functions/scan/assembly/rows/eventEnd
 )
 (func $functions/scan/assembly/update/take (param $0 i32) (param $1 i32) (param $2 i32) (result i32)
  local.get $0
  i32.const 4
  i32.le_s
  local.get $0
  i32.const 0
  i32.gt_s
  i32.and
  if
   global.get $functions/scan/assembly/update/updateFlags
   local.get $0
   i32.or
   global.set $functions/scan/assembly/update/updateFlags
   local.get $1
   i32.load8_u
   i32.const 123
   i32.ne
   if
    i32.const 0
    return
   end
   local.get $0
   i32.const 3
   i32.ne
   if (result i32)
    i32.const 1
   else
    local.get $1
    i32.const 1
    i32.add
    local.set $0
    loop $while-continue|0
     local.get $0
     i32.load8_u
     local.tee $1
     i32.const 32
     i32.le_u
     if (result i32)
      local.get $1
      i32.const 9
      i32.eq
      local.get $1
      i32.const 32
      i32.eq
      i32.or
      local.get $1
      i32.const 13
      i32.eq
      i32.or
     else
      i32.const 0
     end
     if
      local.get $0
      i32.const 1
      i32.add
      local.set $0
      br $while-continue|0
     end
    end
    block $__inlined_func$functions/scan/assembly/update/holdsLists$24 (result i32)
     loop $while-continue|01
      local.get $0
      i32.load8_u
      i32.const 34
      i32.eq
      if
       local.get $0
       i32.const 0
       call $functions/scan/assembly/value/skipValue
       local.set $2
       loop $while-continue|00
        local.get $2
        i32.load8_u
        local.tee $0
        i32.const 32
        i32.le_u
        if (result i32)
         local.get $0
         i32.const 9
         i32.eq
         local.get $0
         i32.const 32
         i32.eq
         i32.or
         local.get $0
         i32.const 13
         i32.eq
         i32.or
        else
         i32.const 0
        end
        if
         local.get $2
         i32.const 1
         i32.add
         local.set $2
         br $while-continue|00
        end
       end
       local.get $2
       i32.load8_u
       i32.const 58
       i32.eq
       if
        local.get $2
        i32.const 1
        i32.add
        local.set $2
        loop $while-continue|011
         local.get $2
         i32.load8_u
         local.tee $0
         i32.const 32
         i32.le_u
         if (result i32)
          local.get $0
          i32.const 9
          i32.eq
          local.get $0
          i32.const 32
          i32.eq
          i32.or
          local.get $0
          i32.const 13
          i32.eq
          i32.or
         else
          i32.const 0
         end
         if
          local.get $2
          i32.const 1
          i32.add
          local.set $2
          br $while-continue|011
         end
        end
       else
        i32.const 0
        local.set $2
       end
       i32.const 0
       local.get $2
       i32.load8_u
       i32.const 91
       i32.ne
       br_if $__inlined_func$functions/scan/assembly/update/holdsLists$24
       drop
       local.get $2
       i32.const 1
       i32.add
       local.set $0
       loop $while-continue|03
        local.get $0
        i32.load8_u
        local.tee $1
        i32.const 32
        i32.le_u
        if (result i32)
         local.get $1
         i32.const 9
         i32.eq
         local.get $1
         i32.const 32
         i32.eq
         i32.or
         local.get $1
         i32.const 13
         i32.eq
         i32.or
        else
         i32.const 0
        end
        if
         local.get $0
         i32.const 1
         i32.add
         local.set $0
         br $while-continue|03
        end
       end
       i32.const 0
       local.get $0
       i32.load8_u
       i32.const 93
       i32.eq
       br_if $__inlined_func$functions/scan/assembly/update/holdsLists$24
       drop
       local.get $2
       i32.const 0
       call $functions/scan/assembly/value/skipValue
       local.set $1
       loop $while-continue|06
        local.get $1
        i32.load8_u
        local.tee $0
        i32.const 32
        i32.le_u
        if (result i32)
         local.get $0
         i32.const 9
         i32.eq
         local.get $0
         i32.const 32
         i32.eq
         i32.or
         local.get $0
         i32.const 13
         i32.eq
         i32.or
        else
         i32.const 0
        end
        if
         local.get $1
         i32.const 1
         i32.add
         local.set $1
         br $while-continue|06
        end
       end
       local.get $1
       local.tee $0
       i32.load8_u
       i32.const 44
       i32.eq
       if
        local.get $0
        i32.const 1
        i32.add
        local.set $0
        loop $while-continue|09
         local.get $0
         i32.load8_u
         local.tee $1
         i32.const 32
         i32.le_u
         if (result i32)
          local.get $1
          i32.const 9
          i32.eq
          local.get $1
          i32.const 32
          i32.eq
          i32.or
          local.get $1
          i32.const 13
          i32.eq
          i32.or
         else
          i32.const 0
         end
         if
          local.get $0
          i32.const 1
          i32.add
          local.set $0
          br $while-continue|09
         end
        end
       end
       br $while-continue|01
      end
     end
     i32.const 1
    end
   end
   return
  end
  local.get $0
  i32.const 8
  i32.eq
  if
   global.get $functions/scan/assembly/update/updateFlags
   i32.const 32
   i32.or
   global.set $functions/scan/assembly/update/updateFlags
   local.get $1
   i32.load8_u
   i32.const 34
   i32.eq
   local.get $2
   local.get $1
   i32.sub
   i32.const 2
   i32.gt_u
   i32.and
   return
  end
  local.get $0
  i32.const 9
  i32.eq
  if (result i32)
   i32.const 0
  else
   local.get $1
   local.get $2
   call $functions/scan/assembly/ids/isPlainName
  end
  if (result i32)
   local.get $1
   local.get $2
   call $functions/scan/assembly/ids/isPlainDistinctId
  else
   i32.const 0
  end
  i32.eqz
  if
   i32.const 0
   return
  end
  local.get $0
  i32.const 5
  i32.eq
  if
   local.get $1
   global.set $functions/scan/assembly/update/distinctId
  else
   local.get $0
   i32.const 6
   i32.eq
   if
    local.get $1
    global.set $functions/scan/assembly/update/groupKey
   else
    local.get $1
    global.set $functions/scan/assembly/update/groupId
   end
  end
  i32.const 1
 )
 (func $functions/scan/assembly/update/scanUpdate (param $0 i32) (result i32)
  (local $1 i32)
  (local $2 i32)
  (local $3 i32)
  (local $4 i32)
  (local $5 v128)
  i32.const 0
  global.set $functions/scan/assembly/update/updateFlags
  i32.const 0
  global.set $functions/scan/assembly/update/groupId
  i32.const 0
  global.set $functions/scan/assembly/update/groupKey
  i32.const 0
  global.set $functions/scan/assembly/update/distinctId
  local.get $0
  i32.const 1
  i32.add
  local.set $0
  loop $while-continue|0
   local.get $0
   i32.load8_u
   local.tee $1
   i32.const 32
   i32.le_u
   if (result i32)
    local.get $1
    i32.const 9
    i32.eq
    local.get $1
    i32.const 32
    i32.eq
    i32.or
    local.get $1
    i32.const 13
    i32.eq
    i32.or
   else
    i32.const 0
   end
   if
    local.get $0
    i32.const 1
    i32.add
    local.set $0
    br $while-continue|0
   end
  end
  local.get $0
  local.set $1
  loop $while-continue|01
   block $while-break|00
    local.get $1
    i32.load8_u
    i32.const 34
    i32.ne
    if (result i32)
     i32.const 0
    else
     local.get $1
     i32.const 1
     i32.add
     local.set $0
     loop $while-continue|00
      local.get $0
      local.get $0
      v128.load
      local.tee $5
      v128.const i32x4 0x22222222 0x22222222 0x22222222 0x22222222
      i8x16.eq
      local.get $5
      v128.const i32x4 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c
      i8x16.eq
      v128.or
      local.get $5
      v128.const i32x4 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f
      i8x16.le_u
      v128.or
      i8x16.bitmask
      local.tee $3
      i32.ctz
      i32.add
      local.set $4
      local.get $3
      i32.eqz
      if
       local.get $0
       i32.const 16
       i32.add
       local.set $0
       br $while-continue|00
      end
     end
     local.get $4
     i32.const 1
     i32.add
     i32.const 0
     local.get $4
     i32.load8_u
     i32.const 34
     i32.eq
     select
    end
    local.tee $3
    i32.eqz
    if
     i32.const 0
     return
    end
    local.get $3
    local.set $0
    loop $while-continue|02
     local.get $0
     i32.load8_u
     local.tee $4
     i32.const 32
     i32.le_u
     if (result i32)
      local.get $4
      i32.const 9
      i32.eq
      local.get $4
      i32.const 32
      i32.eq
      i32.or
      local.get $4
      i32.const 13
      i32.eq
      i32.or
     else
      i32.const 0
     end
     if
      local.get $0
      i32.const 1
      i32.add
      local.set $0
      br $while-continue|02
     end
    end
    local.get $0
    i32.load8_u
    i32.const 58
    i32.eq
    if
     local.get $0
     i32.const 1
     i32.add
     local.set $0
     loop $while-continue|013
      local.get $0
      i32.load8_u
      local.tee $4
      i32.const 32
      i32.le_u
      if (result i32)
       local.get $4
       i32.const 9
       i32.eq
       local.get $4
       i32.const 32
       i32.eq
       i32.or
       local.get $4
       i32.const 13
       i32.eq
       i32.or
      else
       i32.const 0
      end
      if
       local.get $0
       i32.const 1
       i32.add
       local.set $0
       br $while-continue|013
      end
     end
    else
     i32.const 0
     local.set $0
    end
    local.get $0
    i32.eqz
    if
     i32.const 0
     return
    end
    local.get $0
    local.tee $4
    i32.const 0
    call $functions/scan/assembly/value/skipValue
    local.tee $0
    i32.eqz
    if
     i32.const 0
     return
    end
    local.get $1
    local.get $3
    call $functions/scan/assembly/keys/updateKey
    local.tee $1
    if
     i32.const 1
     i32.const 1
     local.get $1
     i32.shl
     local.get $1
     i32.const 4
     i32.le_s
     local.get $1
     i32.const 0
     i32.gt_s
     i32.and
     select
     local.tee $3
     local.get $2
     i32.and
     if (result i32)
      i32.const 0
     else
      local.get $1
      local.get $4
      local.get $0
      call $functions/scan/assembly/update/take
     end
     i32.eqz
     if
      i32.const 0
      return
     end
     local.get $2
     local.get $3
     i32.or
     local.set $2
    end
    loop $while-continue|03
     local.get $0
     i32.load8_u
     local.tee $1
     i32.const 32
     i32.le_u
     if (result i32)
      local.get $1
      i32.const 9
      i32.eq
      local.get $1
      i32.const 32
      i32.eq
      i32.or
      local.get $1
      i32.const 13
      i32.eq
      i32.or
     else
      i32.const 0
     end
     if
      local.get $0
      i32.const 1
      i32.add
      local.set $0
      br $while-continue|03
     end
    end
    local.get $0
    i32.load8_u
    local.tee $1
    i32.const 125
    i32.eq
    br_if $while-break|00
    local.get $1
    i32.const 44
    i32.ne
    if
     i32.const 0
     return
    else
     local.get $0
     i32.const 1
     i32.add
     local.set $0
     loop $while-continue|06
      local.get $0
      i32.load8_u
      local.tee $1
      i32.const 32
      i32.le_u
      if (result i32)
       local.get $1
       i32.const 9
       i32.eq
       local.get $1
       i32.const 32
       i32.eq
       i32.or
       local.get $1
       i32.const 13
       i32.eq
       i32.or
      else
       i32.const 0
      end
      if
       local.get $0
       i32.const 1
       i32.add
       local.set $0
       br $while-continue|06
      end
     end
     local.get $0
     local.set $1
     br $while-continue|01
    end
    unreachable
   end
  end
  local.get $0
  i32.const 1
  i32.add
  i32.const 0
  local.get $2
  i32.const 1
  i32.and
  if (result i32)
   block $__inlined_func$functions/scan/assembly/update/findLane$7 (result i32)
    global.get $functions/scan/assembly/update/groupKey
    i32.const 0
    i32.ne
    local.tee $0
    if
     global.get $functions/scan/assembly/update/groupId
     i32.const 0
     i32.ne
     local.set $0
    end
    i32.const 0
    local.get $0
    i32.const 0
    i32.ne
    global.get $functions/scan/assembly/update/distinctId
    i32.const 0
    i32.ne
    i32.eq
    br_if $__inlined_func$functions/scan/assembly/update/findLane$7
    drop
    i32.const 0
    i32.const 0
    i32.const 1
    global.get $functions/scan/assembly/update/groupId
    global.get $functions/scan/assembly/update/groupKey
    select
    local.get $0
    select
    br_if $__inlined_func$functions/scan/assembly/update/findLane$7
    drop
    local.get $0
    if
     global.get $functions/scan/assembly/update/updateFlags
     i32.const 16
     i32.or
     global.set $functions/scan/assembly/update/updateFlags
    end
    i32.const 0
    global.set $functions/scan/assembly/update/allBits
    i32.const -2128831035
    local.set $0
    global.get $functions/scan/assembly/update/distinctId
    local.tee $1
    if
     local.get $1
     i32.const 1
     i32.add
     local.set $1
     loop $for-loop|0
      local.get $1
      i32.load8_u
      local.tee $2
      i32.const 34
      i32.ne
      if
       local.get $2
       global.get $functions/scan/assembly/update/allBits
       i32.or
       i32.const 255
       i32.and
       global.set $functions/scan/assembly/update/allBits
       local.get $0
       local.get $2
       i32.xor
       i32.const 16777619
       i32.mul
       local.set $0
       local.get $1
       i32.const 1
       i32.add
       local.set $1
       br $for-loop|0
      end
     end
    end
    local.get $0
    i32.const 16777619
    i32.mul
    local.set $0
    global.get $functions/scan/assembly/update/groupKey
    local.tee $1
    if
     local.get $1
     i32.const 1
     i32.add
     local.set $1
     loop $for-loop|00
      local.get $1
      i32.load8_u
      local.tee $2
      i32.const 34
      i32.ne
      if
       local.get $2
       global.get $functions/scan/assembly/update/allBits
       i32.or
       i32.const 255
       i32.and
       global.set $functions/scan/assembly/update/allBits
       local.get $0
       local.get $2
       i32.xor
       i32.const 16777619
       i32.mul
       local.set $0
       local.get $1
       i32.const 1
       i32.add
       local.set $1
       br $for-loop|00
      end
     end
    end
    local.get $0
    i32.const 16777619
    i32.mul
    local.set $0
    global.get $functions/scan/assembly/update/groupId
    local.tee $1
    if
     local.get $1
     i32.const 1
     i32.add
     local.set $1
     loop $for-loop|01
      local.get $1
      i32.load8_u
      local.tee $2
      i32.const 34
      i32.ne
      if
       local.get $2
       global.get $functions/scan/assembly/update/allBits
       i32.or
       i32.const 255
       i32.and
       global.set $functions/scan/assembly/update/allBits
       local.get $0
       local.get $2
       i32.xor
       i32.const 16777619
       i32.mul
       local.set $0
       local.get $1
       i32.const 1
       i32.add
       local.set $1
       br $for-loop|01
      end
     end
    end
    i32.const 0
    global.get $functions/scan/assembly/update/allBits
    i32.const 128
    i32.ge_u
    br_if $__inlined_func$functions/scan/assembly/update/findLane$7
    drop
    global.get $functions/scan/assembly/update/updateFlags
    local.get $0
    local.get $0
    i32.const 16
    i32.shr_u
    i32.xor
    i32.const 16
    i32.shl
    i32.or
    global.set $functions/scan/assembly/update/updateFlags
    i32.const 1
   end
  else
   i32.const 0
  end
  select
 )
 (func $functions/scan/assembly/rows/mapRow (param $0 i32) (param $1 f64) (result i32)
  (local $2 i32)
  (local $3 i32)
  local.get $0
  i32.const 393216
  i32.add
  local.tee $2
  i32.const 10
  i32.store8
  local.get $2
  i32.const 1
  i32.add
  i32.const 0
  i32.const 63
  memory.fill
  i32.const 393216
  i32.load8_u
  i32.const 123
  i32.ne
  if
   i32.const 0
   return
  end
  i32.const 393216
  global.set $functions/scan/assembly/rows/run
  i32.const 1769472
  global.set $functions/scan/assembly/rows/to
  i32.const 0
  global.set $functions/scan/assembly/rows/mappedFlags
  i32.const 393216
  local.set $0
  loop $do-loop|0
   local.get $0
   local.get $1
   call $functions/scan/assembly/rows/mapColumn
   local.tee $0
   i32.eqz
   if
    i32.const 0
    return
   end
   local.get $0
   i32.load8_u
   local.tee $3
   i32.const 44
   i32.eq
   br_if $do-loop|0
  end
  local.get $0
  i32.const 1
  i32.add
  local.get $2
  i32.ne
  local.get $3
  i32.const 125
  i32.ne
  i32.or
  if
   i32.const 0
   return
  end
  global.get $functions/scan/assembly/rows/mappedFlags
  i32.const 24
  i32.and
  i32.const 24
  i32.ne
  if
   i32.const 0
   return
  end
  global.get $functions/scan/assembly/rows/to
  global.get $functions/scan/assembly/rows/run
  local.get $0
  global.get $functions/scan/assembly/rows/run
  i32.sub
  local.tee $0
  memory.copy
  global.get $functions/scan/assembly/rows/to
  local.get $0
  i32.add
  global.set $functions/scan/assembly/rows/to
  i32.const 1769472
  i32.const 123
  i32.store8
  global.get $functions/scan/assembly/rows/to
  i32.const 32125
  i32.store16
  i32.const 1769458
  global.get $functions/scan/assembly/rows/eventEnd
  global.get $functions/scan/assembly/rows/event
  i32.sub
  local.tee $0
  i32.sub
  local.tee $2
  i32.const 9
  i32.sub
  i64.const 2482730676645077627
  i64.store
  local.get $2
  i32.const 1
  i32.sub
  i32.const 58
  i32.store8
  local.get $2
  global.get $functions/scan/assembly/rows/event
  local.get $0
  memory.copy
  i32.const 1769458
  i64.const 8243118316935193132
  i64.store
  i32.const 1769466
  i32.const 1936025972
  i32.store
  i32.const 1769470
  i32.const 14882
  i32.store16
  global.get $functions/scan/assembly/rows/event
  global.get $functions/scan/assembly/rows/eventEnd
  call $functions/scan/assembly/ids/isIdentityEvent
  if
   global.get $functions/scan/assembly/rows/mappedFlags
   i32.const 4
   i32.or
   global.set $functions/scan/assembly/rows/mappedFlags
  end
  local.get $2
  i32.const 9
  i32.sub
  global.set $functions/scan/assembly/rows/mappedStart
  global.get $functions/scan/assembly/rows/to
  i32.const 2
  i32.add
  global.set $functions/scan/assembly/rows/mappedEnd
  i32.const 1
 )
 (func $functions/scan/assembly/rows/mapPart (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 f64) (result i32)
  (local $5 i32)
  (local $6 i32)
  (local $7 i32)
  (local $8 i64)
  (local $9 i32)
  block $case4|0
   block $case3|0
    block $case2|0
     block $case1|0
      block $__inlined_func$functions/scan/assembly/rows/flagOf$46 (result i32)
       i32.const 8
       local.get $0
       i32.const 2
       i32.eq
       local.get $0
       i32.const 1
       i32.eq
       i32.or
       br_if $__inlined_func$functions/scan/assembly/rows/flagOf$46
       drop
       i32.const 16
       local.get $0
       i32.const 4
       i32.eq
       local.get $0
       i32.const 3
       i32.eq
       i32.or
       br_if $__inlined_func$functions/scan/assembly/rows/flagOf$46
       drop
       i32.const 32
       local.get $0
       i32.const 7
       i32.eq
       br_if $__inlined_func$functions/scan/assembly/rows/flagOf$46
       drop
       i32.const 1
       i32.const 64
       local.get $0
       i32.const 8
       i32.eq
       select
      end
      local.tee $5
      i32.const 8
      i32.ne
      if
       local.get $5
       i32.const 16
       i32.eq
       br_if $case1|0
       local.get $5
       i32.const 32
       i32.eq
       br_if $case2|0
       local.get $5
       i32.const 64
       i32.eq
       br_if $case3|0
       br $case4|0
      end
      local.get $2
      local.get $3
      call $functions/scan/assembly/ids/isPlainName
      if (result i32)
       local.get $2
       global.set $functions/scan/assembly/rows/event
       local.get $3
       global.set $functions/scan/assembly/rows/eventEnd
       global.get $functions/scan/assembly/rows/to
       global.get $functions/scan/assembly/rows/run
       local.get $1
       global.get $functions/scan/assembly/rows/run
       i32.sub
       local.tee $0
       memory.copy
       global.get $functions/scan/assembly/rows/to
       local.get $0
       i32.add
       global.set $functions/scan/assembly/rows/to
       local.get $3
       global.set $functions/scan/assembly/rows/run
       i32.const 1
      else
       i32.const 0
      end
      return
     end
     local.get $2
     i32.const 1
     i32.add
     local.get $2
     local.get $2
     i32.load8_u
     i32.const 34
     i32.eq
     local.tee $7
     select
     local.set $5
     i32.const 0
     local.set $2
     block $__inlined_func$functions/scan/assembly/rows/mapTime$94
      local.get $3
      i32.const 1
      i32.sub
      local.get $3
      local.get $7
      select
      local.tee $6
      local.get $5
      i32.eq
      if (result i32)
       i32.const 1
      else
       local.get $5
       i32.load8_u
       i32.const 48
       i32.eq
       local.get $6
       local.get $5
       i32.sub
       i32.const 1
       i32.gt_u
       i32.and
      end
      br_if $__inlined_func$functions/scan/assembly/rows/mapTime$94
      block $__inlined_func$functions/scan/assembly/ids/isPastTime$44 (result i32)
       i32.const 0
       local.get $6
       local.get $5
       i32.sub
       i32.const 15
       i32.gt_u
       br_if $__inlined_func$functions/scan/assembly/ids/isPastTime$44
       drop
       local.get $5
       local.set $2
       loop $for-loop|0
        local.get $2
        local.get $6
        i32.lt_u
        if
         i32.const 0
         local.get $2
         i32.load8_u
         i32.const 48
         i32.sub
         i32.const 255
         i32.and
         local.tee $9
         i32.const 9
         i32.gt_u
         br_if $__inlined_func$functions/scan/assembly/ids/isPastTime$44
         drop
         local.get $9
         i64.extend_i32_u
         local.get $8
         i64.const 10
         i64.mul
         i64.add
         local.set $8
         local.get $2
         i32.const 1
         i32.add
         local.set $2
         br $for-loop|0
        end
       end
       local.get $4
       f64.const 1e3
       f64.div
       global.get $functions/scan/assembly/rules/maxSecondsAhead
       f64.add
       local.get $8
       f64.convert_i64_s
       local.tee $4
       f64.const 1e3
       f64.div
       local.get $4
       local.get $4
       global.get $functions/scan/assembly/rules/firstMilliseconds
       f64.ge
       select
       f64.lt
       i32.eqz
      end
      i32.const 0
      local.set $2
      i32.eqz
      br_if $__inlined_func$functions/scan/assembly/rows/mapTime$94
      i32.const 1
      local.set $2
      local.get $7
      i32.eqz
      local.get $0
      i32.const 3
      i32.eq
      i32.and
      br_if $__inlined_func$functions/scan/assembly/rows/mapTime$94
      global.get $functions/scan/assembly/rows/to
      global.get $functions/scan/assembly/rows/run
      local.get $1
      global.get $functions/scan/assembly/rows/run
      i32.sub
      local.tee $0
      memory.copy
      global.get $functions/scan/assembly/rows/to
      local.get $0
      i32.add
      global.set $functions/scan/assembly/rows/to
      local.get $3
      global.set $functions/scan/assembly/rows/run
      global.get $functions/scan/assembly/rows/to
      i64.const 4189022124003041836
      i64.store
      global.get $functions/scan/assembly/rows/to
      i32.const 8
      i32.add
      local.get $5
      local.get $6
      local.get $5
      i32.sub
      memory.copy
      global.get $functions/scan/assembly/rows/to
      local.get $6
      i32.const 8
      i32.add
      local.get $5
      i32.sub
      i32.add
      global.set $functions/scan/assembly/rows/to
     end
     local.get $2
     return
    end
    local.get $2
    local.get $3
    call $functions/scan/assembly/ids/isPlainDistinctId
    return
   end
   block $__inlined_func$functions/scan/assembly/rows/mapInsertId$89 (result i32)
    i32.const 0
    local.get $2
    local.get $3
    call $functions/scan/assembly/ids/isPlainInsertId
    i32.eqz
    br_if $__inlined_func$functions/scan/assembly/rows/mapInsertId$89
    drop
    global.get $functions/scan/assembly/rows/mappedFlags
    i32.const 2
    i32.or
    global.set $functions/scan/assembly/rows/mappedFlags
    i32.const 1
    local.get $0
    i32.const 5
    i32.eq
    br_if $__inlined_func$functions/scan/assembly/rows/mapInsertId$89
    drop
    global.get $functions/scan/assembly/rows/to
    global.get $functions/scan/assembly/rows/run
    local.get $1
    i32.const 2
    i32.add
    local.tee $0
    global.get $functions/scan/assembly/rows/run
    i32.sub
    local.tee $1
    memory.copy
    global.get $functions/scan/assembly/rows/to
    local.get $1
    i32.add
    global.set $functions/scan/assembly/rows/to
    global.get $functions/scan/assembly/rows/to
    local.tee $1
    i32.const 1
    i32.add
    global.set $functions/scan/assembly/rows/to
    local.get $1
    i32.const 36
    i32.store8
    local.get $0
    global.set $functions/scan/assembly/rows/run
    i32.const 1
   end
   return
  end
  i32.const 1
 )
 (func $functions/scan/assembly/rows/mapColumn (param $0 i32) (param $1 f64) (result i32)
  (local $2 i32)
  (local $3 i32)
  (local $4 i32)
  (local $5 v128)
  (local $6 i32)
  (local $7 i32)
  (local $8 i32)
  (local $9 i32)
  local.get $0
  i32.const 1
  i32.add
  local.tee $2
  i32.load8_u
  i32.const 34
  i32.ne
  if (result i32)
   i32.const 0
  else
   local.get $2
   i32.const 1
   i32.add
   local.set $2
   loop $while-continue|0
    local.get $2
    local.get $2
    v128.load
    local.tee $5
    v128.const i32x4 0x22222222 0x22222222 0x22222222 0x22222222
    i8x16.eq
    local.get $5
    v128.const i32x4 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c
    i8x16.eq
    v128.or
    local.get $5
    v128.const i32x4 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f
    i8x16.le_u
    v128.or
    i8x16.bitmask
    local.tee $3
    i32.ctz
    i32.add
    local.set $6
    local.get $3
    i32.eqz
    if
     local.get $2
     i32.const 16
     i32.add
     local.set $2
     br $while-continue|0
    end
   end
   local.get $6
   i32.const 1
   i32.add
   i32.const 0
   local.get $6
   i32.load8_u
   i32.const 34
   i32.eq
   select
  end
  local.tee $6
  if (result i32)
   local.get $6
   i32.load8_u
   i32.const 58
   i32.ne
  else
   i32.const 1
  end
  if
   i32.const 0
   return
  end
  block $__inlined_func$functions/scan/assembly/canonical/skipCanonical$90 (result i32)
   local.get $6
   i32.const 1
   i32.add
   local.tee $7
   i32.load8_u
   local.tee $2
   i32.const 34
   i32.eq
   if
    local.get $7
    i32.const 1
    i32.add
    local.set $2
    loop $while-continue|00
     local.get $2
     local.get $2
     v128.load
     local.tee $5
     v128.const i32x4 0x22222222 0x22222222 0x22222222 0x22222222
     i8x16.eq
     local.get $5
     v128.const i32x4 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c
     i8x16.eq
     v128.or
     local.get $5
     v128.const i32x4 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f
     i8x16.le_u
     v128.or
     i8x16.bitmask
     local.tee $8
     i32.ctz
     i32.add
     local.set $3
     local.get $8
     i32.eqz
     if
      local.get $2
      i32.const 16
      i32.add
      local.set $2
      br $while-continue|00
     end
    end
    local.get $3
    local.set $2
    block $__inlined_func$functions/scan/assembly/canonical/skipCanonicalText$10
     loop $while-continue|01
      local.get $2
      i32.load8_u
      i32.const 92
      i32.eq
      if
       local.get $2
       i32.load8_u offset=1
       local.tee $3
       i32.const 92
       i32.eq
       local.get $3
       i32.const 34
       i32.eq
       i32.or
       if (result i32)
        i32.const 1
       else
        local.get $3
        i32.const 116
        i32.eq
        local.get $3
        i32.const 110
        i32.eq
        i32.or
        local.get $3
        i32.const 114
        i32.eq
        i32.or
        local.get $3
        i32.const 98
        i32.eq
        i32.or
        local.get $3
        i32.const 102
        i32.eq
        i32.or
       end
       i32.eqz
       br_if $__inlined_func$functions/scan/assembly/canonical/skipCanonicalText$10
       local.get $2
       i32.const 2
       i32.add
       local.set $2
       loop $while-continue|03
        local.get $2
        local.get $2
        v128.load
        local.tee $5
        v128.const i32x4 0x22222222 0x22222222 0x22222222 0x22222222
        i8x16.eq
        local.get $5
        v128.const i32x4 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c
        i8x16.eq
        v128.or
        local.get $5
        v128.const i32x4 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f
        i8x16.le_u
        v128.or
        i8x16.bitmask
        local.tee $8
        i32.ctz
        i32.add
        local.set $3
        local.get $8
        i32.eqz
        if
         local.get $2
         i32.const 16
         i32.add
         local.set $2
         br $while-continue|03
        end
       end
       local.get $3
       local.set $2
       br $while-continue|01
      end
     end
     local.get $2
     i32.const 1
     i32.add
     i32.const 0
     local.get $2
     i32.load8_u
     i32.const 34
     i32.eq
     select
     local.set $4
    end
    local.get $4
    br $__inlined_func$functions/scan/assembly/canonical/skipCanonical$90
   end
   local.get $2
   i32.const 45
   i32.eq
   local.get $2
   i32.const 48
   i32.sub
   i32.const 255
   i32.and
   i32.const 10
   i32.lt_u
   i32.or
   if
    local.get $7
    i32.const 1
    i32.add
    local.get $7
    local.get $7
    i32.load8_u
    i32.const 45
    i32.eq
    select
    local.tee $8
    local.set $2
    loop $while-continue|02
     local.get $2
     i32.load8_u
     i32.const 48
     i32.sub
     i32.const 255
     i32.and
     i32.const 10
     i32.lt_u
     if
      local.get $2
      i32.const 1
      i32.add
      local.set $2
      br $while-continue|02
     end
    end
    block $__inlined_func$functions/scan/assembly/canonical/skipCanonicalNumber$95 (result i32)
     i32.const 0
     local.get $2
     local.get $8
     i32.eq
     br_if $__inlined_func$functions/scan/assembly/canonical/skipCanonicalNumber$95
     drop
     i32.const 0
     local.get $8
     i32.load8_u
     i32.const 48
     i32.eq
     local.tee $3
     local.get $2
     local.get $8
     i32.const 1
     i32.add
     i32.gt_u
     i32.and
     br_if $__inlined_func$functions/scan/assembly/canonical/skipCanonicalNumber$95
     drop
     local.get $2
     i32.load8_u
     local.tee $9
     i32.const 46
     i32.eq
     if
      local.get $2
      i32.const 1
      i32.add
      local.tee $9
      local.set $2
      loop $while-continue|013
       local.get $2
       i32.load8_u
       i32.const 48
       i32.sub
       i32.const 255
       i32.and
       i32.const 10
       i32.lt_u
       if
        local.get $2
        i32.const 1
        i32.add
        local.set $2
        br $while-continue|013
       end
      end
      block $__inlined_func$functions/scan/assembly/canonical/skipCanonicalFraction$38
       local.get $2
       local.get $9
       i32.eq
       if (result i32)
        i32.const 1
       else
        local.get $2
        i32.const 1
        i32.sub
        i32.load8_u
        i32.const 48
        i32.eq
       end
       br_if $__inlined_func$functions/scan/assembly/canonical/skipCanonicalFraction$38
       local.get $2
       i32.load8_u
       i32.const 32
       i32.or
       i32.const 101
       i32.eq
       br_if $__inlined_func$functions/scan/assembly/canonical/skipCanonicalFraction$38
       local.get $2
       local.get $8
       i32.sub
       i32.const 1
       i32.sub
       i32.const 15
       i32.gt_u
       br_if $__inlined_func$functions/scan/assembly/canonical/skipCanonicalFraction$38
       local.get $3
       if
        local.get $9
        i32.load
        i32.const 808464432
        i32.eq
        local.set $3
       end
       i32.const 0
       local.get $2
       local.get $3
       if (result i32)
        local.get $9
        i32.load16_u offset=4
        i32.const 12336
        i32.eq
       else
        local.get $3
       end
       select
       local.set $4
      end
      local.get $4
      br $__inlined_func$functions/scan/assembly/canonical/skipCanonicalNumber$95
     end
     i32.const 0
     local.get $2
     local.get $7
     local.get $8
     i32.ne
     local.get $3
     i32.and
     local.get $9
     i32.const 32
     i32.or
     i32.const 101
     i32.eq
     i32.or
     select
    end
    br $__inlined_func$functions/scan/assembly/canonical/skipCanonical$90
   end
   local.get $7
   i32.const 2147483647
   call $functions/scan/assembly/value/skipOther
  end
  local.tee $3
  i32.eqz
  if
   i32.const 0
   return
  end
  local.get $7
  i32.load
  i32.const 1819047278
  i32.eq
  local.set $4
  i32.const 1
  local.set $2
  block $__inlined_func$functions/scan/assembly/columns/columnOf$11
   block $__inlined_func$functions/scan/assembly/keys/eventKey$41 (result i32)
    local.get $6
    local.get $0
    i32.const 1
    i32.add
    local.tee $8
    i32.sub
    local.tee $9
    i32.const 7
    i32.eq
    if
     local.get $8
     i32.load offset=1
     i32.const 1852143205
     i32.eq
     if (result i32)
      local.get $8
      i32.load offset=3
      i32.const 578055781
      i32.eq
     else
      i32.const 0
     end
     br $__inlined_func$functions/scan/assembly/keys/eventKey$41
    end
    local.get $9
    i32.const 12
    i32.eq
    if
     i32.const 2
     i32.const 0
     local.get $8
     i64.load offset=1
     i64.const 7598824251284484720
     i64.eq
     if (result i32)
      local.get $8
      i32.load offset=8
      i32.const 577987945
      i32.eq
     else
      i32.const 0
     end
     select
     br $__inlined_func$functions/scan/assembly/keys/eventKey$41
    end
    i32.const 0
   end
   i32.const 1
   i32.eq
   br_if $__inlined_func$functions/scan/assembly/columns/columnOf$11
   block $case5|0
    block $case4|0
     block $case3|0
      block $case2|0
       block $case1|0
        block $case0|0
         local.get $8
         local.get $6
         call $functions/scan/assembly/keys/propertyKey
         i32.const 3
         i32.sub
         br_table $case0|0 $case1|0 $case2|0 $case3|0 $case4|0 $case5|0
        end
        i32.const 3
        local.set $2
        br $__inlined_func$functions/scan/assembly/columns/columnOf$11
       end
       i32.const 5
       local.set $2
       br $__inlined_func$functions/scan/assembly/columns/columnOf$11
      end
      i32.const 7
      local.set $2
      br $__inlined_func$functions/scan/assembly/columns/columnOf$11
     end
     i32.const 8
     local.set $2
     br $__inlined_func$functions/scan/assembly/columns/columnOf$11
    end
    i32.const 9
    local.set $2
    br $__inlined_func$functions/scan/assembly/columns/columnOf$11
   end
   block $__inlined_func$functions/scan/assembly/columns/otherColumn$42
    local.get $6
    local.get $8
    i32.sub
    local.tee $9
    i32.const 11
    i32.eq
    if
     i32.const 4
     local.set $2
     local.get $8
     i64.load offset=1
     i64.const 7881708861846808948
     i64.eq
     if (result i32)
      local.get $8
      i32.load16_u offset=9
      i32.const 8816
      i32.eq
     else
      i32.const 0
     end
     br_if $__inlined_func$functions/scan/assembly/columns/otherColumn$42
     i32.const 6
     local.set $2
     local.get $8
     i64.load offset=1
     i64.const 7592915531447103081
     i64.eq
     if (result i32)
      local.get $8
      i32.load16_u offset=9
      i32.const 8804
      i32.eq
     else
      i32.const 0
     end
     br_if $__inlined_func$functions/scan/assembly/columns/otherColumn$42
    end
    i32.const 2
    local.set $2
    local.get $9
    i32.const 12
    i32.eq
    if (result i32)
     local.get $8
     i64.load offset=1
     i64.const 7020653822790170213
     i64.eq
    else
     i32.const 0
    end
    if (result i32)
     local.get $8
     i32.load offset=8
     i32.const 577072481
     i32.eq
    else
     i32.const 0
    end
    br_if $__inlined_func$functions/scan/assembly/columns/otherColumn$42
    local.get $6
    i32.const 1
    i32.sub
    local.set $6
    local.get $8
    i32.const 1
    i32.add
    local.tee $8
    local.set $2
    loop $while-continue|04
     local.get $2
     local.get $6
     i32.lt_u
     if (result i32)
      local.get $2
      i32.load8_u
      i32.const 48
      i32.sub
      i32.const 255
      i32.and
      i32.const 10
      i32.lt_u
     else
      i32.const 0
     end
     if
      local.get $2
      i32.const 1
      i32.add
      local.set $2
      br $while-continue|04
     end
    end
    i32.const 9
    i32.const 0
    local.get $2
    local.get $6
    i32.eq
    local.get $2
    local.get $8
    i32.gt_u
    i32.and
    select
    local.set $2
   end
  end
  local.get $2
  i32.eqz
  if
   local.get $4
   if
    global.get $functions/scan/assembly/rows/to
    global.get $functions/scan/assembly/rows/run
    local.get $0
    global.get $functions/scan/assembly/rows/run
    i32.sub
    local.tee $0
    memory.copy
    global.get $functions/scan/assembly/rows/to
    local.get $0
    i32.add
    global.set $functions/scan/assembly/rows/to
    local.get $3
    global.set $functions/scan/assembly/rows/run
   end
   local.get $3
   return
  end
  block $__inlined_func$functions/scan/assembly/rows/flagOf$48 (result i32)
   i32.const 8
   local.get $2
   i32.const 2
   i32.eq
   local.get $2
   i32.const 1
   i32.eq
   i32.or
   br_if $__inlined_func$functions/scan/assembly/rows/flagOf$48
   drop
   i32.const 16
   local.get $2
   i32.const 4
   i32.eq
   local.get $2
   i32.const 3
   i32.eq
   i32.or
   br_if $__inlined_func$functions/scan/assembly/rows/flagOf$48
   drop
   i32.const 32
   local.get $2
   i32.const 7
   i32.eq
   br_if $__inlined_func$functions/scan/assembly/rows/flagOf$48
   drop
   i32.const 1
   i32.const 64
   local.get $2
   i32.const 8
   i32.eq
   select
  end
  local.tee $6
  global.get $functions/scan/assembly/rows/mappedFlags
  i32.and
  local.get $2
  i32.const 9
  i32.eq
  i32.or
  if
   i32.const 0
   return
  end
  global.get $functions/scan/assembly/rows/mappedFlags
  local.get $6
  i32.or
  global.set $functions/scan/assembly/rows/mappedFlags
  local.get $4
  if
   local.get $2
   i32.const 8
   i32.eq
   if
    global.get $functions/scan/assembly/rows/mappedFlags
    i32.const -2
    i32.and
    global.set $functions/scan/assembly/rows/mappedFlags
   end
   global.get $functions/scan/assembly/rows/to
   global.get $functions/scan/assembly/rows/run
   local.get $0
   global.get $functions/scan/assembly/rows/run
   i32.sub
   local.tee $0
   memory.copy
   global.get $functions/scan/assembly/rows/to
   local.get $0
   i32.add
   global.set $functions/scan/assembly/rows/to
   local.get $3
   global.set $functions/scan/assembly/rows/run
   i32.const 0
   local.get $3
   local.get $6
   i32.const 24
   i32.and
   select
   return
  end
  local.get $3
  i32.const 0
  local.get $2
  local.get $0
  local.get $7
  local.get $3
  local.get $1
  call $functions/scan/assembly/rows/mapPart
  select
 )
 (func $functions/scan/assembly/lines/scanLines (param $0 i32) (param $1 f64) (param $2 i32) (result i32)
  (local $3 i32)
  (local $4 i32)
  (local $5 i32)
  (local $6 i32)
  (local $7 i32)
  (local $8 i32)
  (local $9 i32)
  local.get $0
  i32.const 393216
  i32.add
  local.tee $7
  i32.const 10
  i32.store8
  local.get $7
  i32.const 1
  i32.add
  i32.const 0
  i32.const 63
  memory.fill
  i32.const 393216
  local.set $0
  loop $for-loop|0
   local.get $8
   i32.const 16384
   i32.lt_s
   local.get $0
   local.get $7
   i32.lt_u
   i32.and
   if
    local.get $0
    i32.const 3
    i32.add
    local.get $0
    local.get $0
    i32.load
    i32.const 16777215
    i32.and
    i32.const 12565487
    i32.eq
    select
    local.set $0
    loop $while-continue|0
     local.get $0
     i32.load8_u
     local.tee $3
     i32.const 32
     i32.le_u
     if (result i32)
      local.get $3
      i32.const 9
      i32.eq
      local.get $3
      i32.const 32
      i32.eq
      i32.or
      local.get $3
      i32.const 13
      i32.eq
      i32.or
     else
      i32.const 0
     end
     if
      local.get $0
      i32.const 1
      i32.add
      local.set $0
      br $while-continue|0
     end
    end
    local.get $0
    i32.load8_u
    i32.const 10
    i32.ne
    if
     local.get $8
     i32.const 20
     i32.mul
     i32.const 16384
     i32.add
     local.set $5
     local.get $8
     i32.const 1
     i32.add
     local.set $8
     local.get $2
     if
      block $__inlined_func$functions/scan/assembly/lines/scanLine$8
       local.get $0
       local.tee $3
       local.get $1
       call $functions/scan/assembly/event/scanEvent
       local.tee $4
       if
        local.get $4
        local.set $0
        loop $while-continue|00
         local.get $0
         i32.load8_u
         local.tee $9
         i32.const 32
         i32.le_u
         if (result i32)
          local.get $9
          i32.const 9
          i32.eq
          local.get $9
          i32.const 32
          i32.eq
          i32.or
          local.get $9
          i32.const 13
          i32.eq
          i32.or
         else
          i32.const 0
         end
         if
          local.get $0
          i32.const 1
          i32.add
          local.set $0
          br $while-continue|00
         end
        end
        local.get $0
        i32.load8_u
        i32.const 10
        i32.eq
        if
         local.get $5
         local.get $3
         i32.const 393216
         i32.sub
         i32.store
         local.get $5
         local.get $4
         i32.const 393216
         i32.sub
         i32.store offset=4
         local.get $5
         global.get $functions/scan/assembly/event/propertiesEnd
         i32.const 393216
         i32.sub
         i32.store offset=8
         local.get $5
         global.get $functions/scan/assembly/event/flags
         i32.const 7
         i32.and
         i32.store offset=12
         local.get $5
         local.get $6
         i32.store offset=16
         br $__inlined_func$functions/scan/assembly/lines/scanLine$8
        end
       else
        global.get $functions/scan/assembly/event/mayBeUpdate
        if
         local.get $3
         call $functions/scan/assembly/update/scanUpdate
         local.tee $4
         local.set $0
         loop $while-continue|01
          local.get $0
          i32.load8_u
          local.tee $9
          i32.const 32
          i32.le_u
          if (result i32)
           local.get $9
           i32.const 9
           i32.eq
           local.get $9
           i32.const 32
           i32.eq
           i32.or
           local.get $9
           i32.const 13
           i32.eq
           i32.or
          else
           i32.const 0
          end
          if
           local.get $0
           i32.const 1
           i32.add
           local.set $0
           br $while-continue|01
          end
         end
         local.get $4
         if (result i32)
          local.get $0
          i32.load8_u
          i32.const 10
          i32.eq
         else
          i32.const 0
         end
         if
          local.get $5
          local.get $3
          i32.const 393216
          i32.sub
          i32.store
          local.get $5
          local.get $4
          i32.const 393216
          i32.sub
          i32.store offset=4
          local.get $5
          i32.const -2
          i32.store offset=8
          local.get $5
          global.get $functions/scan/assembly/update/updateFlags
          i32.store offset=12
          local.get $5
          local.get $6
          i32.store offset=16
          br $__inlined_func$functions/scan/assembly/lines/scanLine$8
         end
        end
       end
       local.get $5
       local.get $3
       local.get $6
       call $functions/scan/assembly/lines/cutLine
       local.set $0
      end
     else
      local.get $5
      local.get $0
      local.get $6
      call $functions/scan/assembly/lines/cutLine
      local.set $0
     end
    end
    local.get $0
    i32.const 1
    i32.add
    local.set $0
    local.get $6
    i32.const 1
    i32.add
    local.set $6
    br $for-loop|0
   end
  end
  local.get $0
  local.get $7
  local.get $0
  local.get $7
  i32.lt_u
  select
  i32.const 393216
  i32.sub
  global.set $functions/scan/assembly/lines/scannedEnd
  local.get $6
  global.set $functions/scan/assembly/lines/scannedLines
  local.get $8
 )
 (func $functions/scan/assembly/keys/updateKey (param $0 i32) (param $1 i32) (result i32)
  (local $2 i32)
  (local $3 i64)
  local.get $0
  i64.load offset=1
  local.set $3
  block $__inlined_func$functions/scan/assembly/keys/plainUpdateKey$20
   block $case6|0
    block $case5|0
     block $case4|0
      block $case3|0
       block $case2|0
        block $case1|0
         block $case0|0
          local.get $1
          local.get $0
          i32.sub
          i32.const 5
          i32.sub
          br_table $case0|0 $case1|0 $__inlined_func$functions/scan/assembly/keys/plainUpdateKey$20 $case2|0 $case3|0 $__inlined_func$functions/scan/assembly/keys/plainUpdateKey$20 $case4|0 $case5|0 $__inlined_func$functions/scan/assembly/keys/plainUpdateKey$20 $case6|0 $__inlined_func$functions/scan/assembly/keys/plainUpdateKey$20
         end
         i32.const 8
         i32.const 0
         local.get $0
         i32.load
         i32.const 1885938722
         i32.eq
         select
         local.set $2
         br $__inlined_func$functions/scan/assembly/keys/plainUpdateKey$20
        end
        local.get $0
        i32.load offset=1
        i32.const 1952805668
        i32.eq
        local.set $2
        br $__inlined_func$functions/scan/assembly/keys/plainUpdateKey$20
       end
       i32.const 3
       local.set $2
       local.get $0
       i64.load
       local.tee $3
       i64.const 2481042943343141922
       i64.eq
       br_if $__inlined_func$functions/scan/assembly/keys/plainUpdateKey$20
       i32.const 9
       i32.const 0
       local.get $3
       i64.const 2481031956833510434
       i64.eq
       select
       local.set $2
       br $__inlined_func$functions/scan/assembly/keys/plainUpdateKey$20
      end
      i32.const 4
      i32.const 0
      local.get $0
      i64.load
      i64.const 7311153560726676514
      i64.eq
      select
      local.set $2
      br $__inlined_func$functions/scan/assembly/keys/plainUpdateKey$20
     end
     i32.const 2
     local.set $2
     local.get $3
     i64.const 7164786512958419748
     i64.eq
     if (result i32)
      local.get $0
      i32.load8_u offset=9
      i32.const 101
      i32.eq
     else
      i32.const 0
     end
     br_if $__inlined_func$functions/scan/assembly/keys/plainUpdateKey$20
     i32.const 7
     i32.const 0
     local.get $3
     i64.const 7592911146453198628
     i64.eq
     if (result i32)
      local.get $0
      i32.load8_u offset=9
      i32.const 100
      i32.eq
     else
      i32.const 0
     end
     select
     local.set $2
     br $__inlined_func$functions/scan/assembly/keys/plainUpdateKey$20
    end
    i32.const 6
    i32.const 0
    local.get $3
    i64.const 7737026334529054500
    i64.eq
    if (result i32)
     local.get $0
     i32.load16_u offset=9
     i32.const 31077
     i32.eq
    else
     i32.const 0
    end
    select
    local.set $2
    br $__inlined_func$functions/scan/assembly/keys/plainUpdateKey$20
   end
   i32.const 5
   i32.const 0
   local.get $3
   i64.const 7164780006066447396
   i64.eq
   if (result i32)
    local.get $0
    i32.load offset=9
    i32.const 1684627316
    i32.eq
   else
    i32.const 0
   end
   select
   local.set $2
  end
  local.get $2
  if
   local.get $2
   return
  end
  i32.const 9
  i32.const 0
  block $__inlined_func$functions/scan/assembly/keys/mayBeOperator$21 (result i32)
   i32.const 0
   local.get $0
   i32.load16_u
   i32.const 9250
   i32.ne
   br_if $__inlined_func$functions/scan/assembly/keys/mayBeOperator$21
   drop
   i32.const 0
   local.get $1
   local.get $0
   i32.sub
   local.tee $2
   i32.const 8
   i32.ne
   local.get $2
   i32.const 6
   i32.ne
   i32.and
   local.get $2
   i32.const 9
   i32.ne
   i32.and
   local.get $2
   i32.const 11
   i32.ne
   i32.and
   br_if $__inlined_func$functions/scan/assembly/keys/mayBeOperator$21
   drop
   local.get $0
   i32.load8_u offset=2
   local.tee $2
   i32.const 97
   i32.eq
   local.get $2
   i32.const 115
   i32.eq
   i32.or
   local.get $2
   i32.const 117
   i32.eq
   i32.or
   local.get $2
   i32.const 114
   i32.eq
   i32.or
   local.get $2
   i32.const 100
   i32.eq
   i32.or
  end
  local.tee $2
  if (result i32)
   local.get $2
  else
   block $__inlined_func$functions/scan/assembly/keys/eventKey$22 (result i32)
    local.get $1
    local.get $0
    i32.sub
    local.tee $1
    i32.const 7
    i32.eq
    if
     local.get $0
     i32.load offset=1
     i32.const 1852143205
     i32.eq
     if (result i32)
      local.get $0
      i32.load offset=3
      i32.const 578055781
      i32.eq
     else
      i32.const 0
     end
     br $__inlined_func$functions/scan/assembly/keys/eventKey$22
    end
    local.get $1
    i32.const 12
    i32.eq
    if
     i32.const 2
     i32.const 0
     local.get $0
     i64.load offset=1
     i64.const 7598824251284484720
     i64.eq
     if (result i32)
      local.get $0
      i32.load offset=8
      i32.const 577987945
      i32.eq
     else
      i32.const 0
     end
     select
     br $__inlined_func$functions/scan/assembly/keys/eventKey$22
    end
    i32.const 0
   end
   i32.const 1
   i32.eq
  end
  select
 )
 (func $functions/scan/assembly/event/scanProperties (param $0 i32) (param $1 f64) (result i32)
  (local $2 i32)
  (local $3 i32)
  (local $4 i32)
  (local $5 i32)
  (local $6 i64)
  (local $7 v128)
  (local $8 f64)
  block $folding-inner0
   local.get $0
   i32.load8_u
   i32.const 123
   i32.ne
   br_if $folding-inner0
   local.get $0
   i32.const 1
   i32.add
   local.set $0
   loop $while-continue|0
    local.get $0
    i32.load8_u
    local.tee $2
    i32.const 32
    i32.le_u
    if (result i32)
     local.get $2
     i32.const 9
     i32.eq
     local.get $2
     i32.const 32
     i32.eq
     i32.or
     local.get $2
     i32.const 13
     i32.eq
     i32.or
    else
     i32.const 0
    end
    if
     local.get $0
     i32.const 1
     i32.add
     local.set $0
     br $while-continue|0
    end
   end
   local.get $0
   local.set $2
   loop $while-continue|01
    block $while-break|00
     local.get $2
     i32.load8_u
     i32.const 34
     i32.ne
     if (result i32)
      i32.const 0
     else
      local.get $2
      i32.const 1
      i32.add
      local.set $0
      loop $while-continue|00
       local.get $0
       local.get $0
       v128.load
       local.tee $7
       v128.const i32x4 0x22222222 0x22222222 0x22222222 0x22222222
       i8x16.eq
       local.get $7
       v128.const i32x4 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c
       i8x16.eq
       v128.or
       local.get $7
       v128.const i32x4 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f
       i8x16.le_u
       v128.or
       i8x16.bitmask
       local.tee $4
       i32.ctz
       i32.add
       local.set $5
       local.get $4
       i32.eqz
       if
        local.get $0
        i32.const 16
        i32.add
        local.set $0
        br $while-continue|00
       end
      end
      local.get $5
      i32.const 1
      i32.add
      i32.const 0
      local.get $5
      i32.load8_u
      i32.const 34
      i32.eq
      select
     end
     local.tee $5
     i32.eqz
     br_if $folding-inner0
     local.get $5
     local.set $0
     loop $while-continue|02
      local.get $0
      i32.load8_u
      local.tee $4
      i32.const 32
      i32.le_u
      if (result i32)
       local.get $4
       i32.const 9
       i32.eq
       local.get $4
       i32.const 32
       i32.eq
       i32.or
       local.get $4
       i32.const 13
       i32.eq
       i32.or
      else
       i32.const 0
      end
      if
       local.get $0
       i32.const 1
       i32.add
       local.set $0
       br $while-continue|02
      end
     end
     local.get $0
     i32.load8_u
     i32.const 58
     i32.eq
     if
      local.get $0
      i32.const 1
      i32.add
      local.set $0
      loop $while-continue|013
       local.get $0
       i32.load8_u
       local.tee $4
       i32.const 32
       i32.le_u
       if (result i32)
        local.get $4
        i32.const 9
        i32.eq
        local.get $4
        i32.const 32
        i32.eq
        i32.or
        local.get $4
        i32.const 13
        i32.eq
        i32.or
       else
        i32.const 0
       end
       if
        local.get $0
        i32.const 1
        i32.add
        local.set $0
        br $while-continue|013
       end
      end
     else
      i32.const 0
      local.set $0
     end
     local.get $0
     local.tee $4
     i32.eqz
     br_if $folding-inner0
     local.get $0
     i32.const 0
     call $functions/scan/assembly/value/skipValue
     local.tee $0
     i32.eqz
     br_if $folding-inner0
     local.get $2
     local.get $5
     call $functions/scan/assembly/keys/propertyKey
     local.tee $2
     if
      block $__inlined_func$functions/scan/assembly/event/flagOf$17 (result i32)
       i32.const 16
       local.get $2
       i32.const 3
       i32.eq
       br_if $__inlined_func$functions/scan/assembly/event/flagOf$17
       drop
       i32.const 8
       local.get $2
       i32.const 5
       i32.eq
       br_if $__inlined_func$functions/scan/assembly/event/flagOf$17
       drop
       i32.const 2
       local.get $2
       i32.const 4
       i32.eq
       br_if $__inlined_func$functions/scan/assembly/event/flagOf$17
       drop
       local.get $2
       i32.const 6
       i32.eq
      end
      local.tee $5
      local.get $3
      i32.and
      i32.const -2
      i32.and
      if (result i32)
       i32.const 0
      else
       block $__inlined_func$functions/scan/assembly/event/isPlain$67 (result i32)
        local.get $2
        i32.const 3
        i32.eq
        if
         block $__inlined_func$functions/scan/assembly/ids/isPastTime$16 (result i32)
          i32.const 0
          local.get $0
          local.get $4
          i32.sub
          i32.const 15
          i32.gt_u
          br_if $__inlined_func$functions/scan/assembly/ids/isPastTime$16
          drop
          i64.const 0
          local.set $6
          loop $for-loop|0
           local.get $0
           local.get $4
           i32.gt_u
           if
            i32.const 0
            local.get $4
            i32.load8_u
            i32.const 48
            i32.sub
            i32.const 255
            i32.and
            local.tee $2
            i32.const 9
            i32.gt_u
            br_if $__inlined_func$functions/scan/assembly/ids/isPastTime$16
            drop
            local.get $2
            i64.extend_i32_u
            local.get $6
            i64.const 10
            i64.mul
            i64.add
            local.set $6
            local.get $4
            i32.const 1
            i32.add
            local.set $4
            br $for-loop|0
           end
          end
          local.get $1
          f64.const 1e3
          f64.div
          global.get $functions/scan/assembly/rules/maxSecondsAhead
          f64.add
          local.get $6
          f64.convert_i64_s
          local.tee $8
          f64.const 1e3
          f64.div
          local.get $8
          local.get $8
          global.get $functions/scan/assembly/rules/firstMilliseconds
          f64.ge
          select
          f64.lt
          i32.eqz
         end
         br $__inlined_func$functions/scan/assembly/event/isPlain$67
        end
        local.get $2
        i32.const 5
        i32.eq
        if
         local.get $4
         local.get $0
         call $functions/scan/assembly/ids/isPlainDistinctId
         br $__inlined_func$functions/scan/assembly/event/isPlain$67
        end
        local.get $2
        i32.const 4
        i32.eq
        if
         local.get $4
         local.get $0
         call $functions/scan/assembly/ids/isPlainInsertId
         br $__inlined_func$functions/scan/assembly/event/isPlain$67
        end
        local.get $2
        i32.const 6
        i32.eq
       end
      end
      i32.eqz
      br_if $folding-inner0
      local.get $3
      local.get $5
      i32.or
      local.set $3
     end
     loop $while-continue|03
      local.get $0
      i32.load8_u
      local.tee $2
      i32.const 32
      i32.le_u
      if (result i32)
       local.get $2
       i32.const 9
       i32.eq
       local.get $2
       i32.const 32
       i32.eq
       i32.or
       local.get $2
       i32.const 13
       i32.eq
       i32.or
      else
       i32.const 0
      end
      if
       local.get $0
       i32.const 1
       i32.add
       local.set $0
       br $while-continue|03
      end
     end
     local.get $0
     i32.load8_u
     local.tee $2
     i32.const 125
     i32.eq
     br_if $while-break|00
     local.get $2
     i32.const 44
     i32.ne
     br_if $folding-inner0
     local.get $0
     i32.const 1
     i32.add
     local.set $0
     loop $while-continue|06
      local.get $0
      i32.load8_u
      local.tee $2
      i32.const 32
      i32.le_u
      if (result i32)
       local.get $2
       i32.const 9
       i32.eq
       local.get $2
       i32.const 32
       i32.eq
       i32.or
       local.get $2
       i32.const 13
       i32.eq
       i32.or
      else
       i32.const 0
      end
      if
       local.get $0
       i32.const 1
       i32.add
       local.set $0
       br $while-continue|06
      end
     end
     local.get $0
     local.set $2
     br $while-continue|01
    end
   end
   local.get $3
   global.set $functions/scan/assembly/event/flags
   local.get $0
   i32.const 0
   local.get $3
   i32.const 16
   i32.and
   select
   return
  end
  i32.const 0
 )
 (func $functions/scan/assembly/event/scanEvent (param $0 i32) (param $1 f64) (result i32)
  (local $2 i32)
  (local $3 i32)
  (local $4 i32)
  (local $5 i32)
  (local $6 v128)
  (local $7 i32)
  i32.const 0
  global.set $functions/scan/assembly/event/mayBeUpdate
  block $folding-inner0
   local.get $0
   i32.load8_u
   i32.const 123
   i32.ne
   br_if $folding-inner0
   i32.const 0
   global.set $functions/scan/assembly/event/propertiesEnd
   local.get $0
   i32.const 1
   i32.add
   local.set $0
   loop $while-continue|0
    local.get $0
    i32.load8_u
    local.tee $3
    i32.const 32
    i32.le_u
    if (result i32)
     local.get $3
     i32.const 9
     i32.eq
     local.get $3
     i32.const 32
     i32.eq
     i32.or
     local.get $3
     i32.const 13
     i32.eq
     i32.or
    else
     i32.const 0
    end
    if
     local.get $0
     i32.const 1
     i32.add
     local.set $0
     br $while-continue|0
    end
   end
   loop $while-continue|01
    block $while-break|00
     local.get $0
     i32.load8_u
     i32.const 34
     i32.ne
     if (result i32)
      i32.const 0
     else
      local.get $0
      i32.const 1
      i32.add
      local.set $3
      loop $while-continue|00
       local.get $3
       local.get $3
       v128.load
       local.tee $6
       v128.const i32x4 0x22222222 0x22222222 0x22222222 0x22222222
       i8x16.eq
       local.get $6
       v128.const i32x4 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c
       i8x16.eq
       v128.or
       local.get $6
       v128.const i32x4 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f 0x1f1f1f1f
       i8x16.le_u
       v128.or
       i8x16.bitmask
       local.tee $5
       i32.ctz
       i32.add
       local.set $7
       local.get $5
       i32.eqz
       if
        local.get $3
        i32.const 16
        i32.add
        local.set $3
        br $while-continue|00
       end
      end
      local.get $7
      i32.const 1
      i32.add
      i32.const 0
      local.get $7
      i32.load8_u
      i32.const 34
      i32.eq
      select
     end
     local.tee $5
     i32.eqz
     br_if $folding-inner0
     block $__inlined_func$functions/scan/assembly/keys/mayBeOperator$18 (result i32)
      i32.const 0
      local.get $0
      i32.load16_u
      i32.const 9250
      i32.ne
      br_if $__inlined_func$functions/scan/assembly/keys/mayBeOperator$18
      drop
      i32.const 0
      local.get $5
      local.get $0
      i32.sub
      local.tee $3
      i32.const 8
      i32.ne
      local.get $3
      i32.const 6
      i32.ne
      i32.and
      local.get $3
      i32.const 9
      i32.ne
      i32.and
      local.get $3
      i32.const 11
      i32.ne
      i32.and
      br_if $__inlined_func$functions/scan/assembly/keys/mayBeOperator$18
      drop
      local.get $0
      i32.load8_u offset=2
      local.tee $3
      i32.const 97
      i32.eq
      local.get $3
      i32.const 115
      i32.eq
      i32.or
      local.get $3
      i32.const 117
      i32.eq
      i32.or
      local.get $3
      i32.const 114
      i32.eq
      i32.or
      local.get $3
      i32.const 100
      i32.eq
      i32.or
     end
     if
      i32.const 1
      global.set $functions/scan/assembly/event/mayBeUpdate
      br $folding-inner0
     end
     local.get $5
     local.set $3
     loop $while-continue|02
      local.get $3
      i32.load8_u
      local.tee $7
      i32.const 32
      i32.le_u
      if (result i32)
       local.get $7
       i32.const 9
       i32.eq
       local.get $7
       i32.const 32
       i32.eq
       i32.or
       local.get $7
       i32.const 13
       i32.eq
       i32.or
      else
       i32.const 0
      end
      if
       local.get $3
       i32.const 1
       i32.add
       local.set $3
       br $while-continue|02
      end
     end
     local.get $3
     i32.load8_u
     i32.const 58
     i32.eq
     if
      local.get $3
      i32.const 1
      i32.add
      local.set $3
      loop $while-continue|013
       local.get $3
       i32.load8_u
       local.tee $7
       i32.const 32
       i32.le_u
       if (result i32)
        local.get $7
        i32.const 9
        i32.eq
        local.get $7
        i32.const 32
        i32.eq
        i32.or
        local.get $7
        i32.const 13
        i32.eq
        i32.or
       else
        i32.const 0
       end
       if
        local.get $3
        i32.const 1
        i32.add
        local.set $3
        br $while-continue|013
       end
      end
     else
      i32.const 0
      local.set $3
     end
     local.get $3
     i32.eqz
     br_if $folding-inner0
     block $__inlined_func$functions/scan/assembly/keys/eventKey$19 (result i32)
      local.get $5
      local.get $0
      i32.sub
      local.tee $5
      i32.const 7
      i32.eq
      if
       local.get $0
       i32.load offset=1
       i32.const 1852143205
       i32.eq
       if (result i32)
        local.get $0
        i32.load offset=3
        i32.const 578055781
        i32.eq
       else
        i32.const 0
       end
       br $__inlined_func$functions/scan/assembly/keys/eventKey$19
      end
      local.get $5
      i32.const 12
      i32.eq
      if
       i32.const 2
       i32.const 0
       local.get $0
       i64.load offset=1
       i64.const 7598824251284484720
       i64.eq
       if (result i32)
        local.get $0
        i32.load offset=8
        i32.const 577987945
        i32.eq
       else
        i32.const 0
       end
       select
       br $__inlined_func$functions/scan/assembly/keys/eventKey$19
      end
      i32.const 0
     end
     local.tee $5
     i32.const 2
     i32.eq
     if
      global.get $functions/scan/assembly/event/propertiesEnd
      br_if $folding-inner0
      local.get $3
      local.get $1
      call $functions/scan/assembly/event/scanProperties
      global.set $functions/scan/assembly/event/propertiesEnd
      global.get $functions/scan/assembly/event/propertiesEnd
      i32.eqz
      br_if $folding-inner0
      global.get $functions/scan/assembly/event/propertiesEnd
      i32.const 1
      i32.add
      local.set $0
     else
      local.get $3
      i32.const 0
      call $functions/scan/assembly/value/skipValue
      local.tee $0
      i32.eqz
      br_if $folding-inner0
      local.get $5
      i32.const 1
      i32.eq
      if
       local.get $2
       if (result i32)
        i32.const 0
       else
        local.get $3
        local.get $0
        call $functions/scan/assembly/ids/isPlainName
       end
       i32.eqz
       br_if $folding-inner0
       local.get $0
       local.set $4
       local.get $3
       local.set $2
      end
     end
     loop $while-continue|03
      local.get $0
      i32.load8_u
      local.tee $3
      i32.const 32
      i32.le_u
      if (result i32)
       local.get $3
       i32.const 9
       i32.eq
       local.get $3
       i32.const 32
       i32.eq
       i32.or
       local.get $3
       i32.const 13
       i32.eq
       i32.or
      else
       i32.const 0
      end
      if
       local.get $0
       i32.const 1
       i32.add
       local.set $0
       br $while-continue|03
      end
     end
     local.get $0
     i32.load8_u
     local.tee $3
     i32.const 125
     i32.eq
     br_if $while-break|00
     local.get $3
     i32.const 44
     i32.ne
     br_if $folding-inner0
     local.get $0
     i32.const 1
     i32.add
     local.set $0
     loop $while-continue|06
      local.get $0
      i32.load8_u
      local.tee $3
      i32.const 32
      i32.le_u
      if (result i32)
       local.get $3
       i32.const 9
       i32.eq
       local.get $3
       i32.const 32
       i32.eq
       i32.or
       local.get $3
       i32.const 13
       i32.eq
       i32.or
      else
       i32.const 0
      end
      if
       local.get $0
       i32.const 1
       i32.add
       local.set $0
       br $while-continue|06
      end
     end
     br $while-continue|01
    end
   end
   global.get $functions/scan/assembly/event/propertiesEnd
   i32.eqz
   local.get $2
   i32.eqz
   i32.or
   br_if $folding-inner0
   local.get $2
   local.get $4
   call $functions/scan/assembly/ids/isIdentityEvent
   if
    global.get $functions/scan/assembly/event/flags
    i32.const 4
    i32.or
    global.set $functions/scan/assembly/event/flags
   end
   local.get $0
   i32.const 1
   i32.add
   return
  end
  i32.const 0
 )
)
