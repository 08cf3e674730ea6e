@echo off
rem Starts Joule from any folder. Builds it first when it is missing or older than its sources.
setlocal
set "JOULE_ROOT=%~dp0"
set "JOULE_OUT=%JOULE_ROOT%src\Joule.Cli\bin\Release\net10.0"
set "JOULE_PROGRAM=%JOULE_OUT%\Joule.Cli.dll"
set "JOULE_STAMP=%JOULE_OUT%\.joule-built"

where dotnet >nul 2>nul
if errorlevel 1 (
    echo joule: error: 'dotnet' is not found. Install the .NET SDK 10 ^(https://dot.net^) and see that it is on the PATH. 1>&2
    exit /b 1
)

if not exist "%JOULE_PROGRAM%" goto build
if not exist "%JOULE_STAMP%" goto build
rem One listing sorted by time: the newest of the sources and the stamp must be the stamp.
powershell -NoProfile -Command "$s=(Get-Item '%JOULE_STAMP%' -Force).LastWriteTimeUtc; $n=Get-ChildItem '%JOULE_ROOT%src','%JOULE_ROOT%Directory.*.props','%JOULE_ROOT%global.json' -Recurse -File | Where-Object { $_.FullName -notmatch '\\(bin|obj)\\' -and $_.LastWriteTimeUtc -gt $s } | Select-Object -First 1; if ($n) { exit 1 }"
if errorlevel 1 goto build
goto start

:build
echo joule: building once... 1>&2
set "JOULE_LOG=%TEMP%\joule-build-%RANDOM%.log"
dotnet build "%JOULE_ROOT%src\Joule.Cli\Joule.Cli.csproj" -c Release -v quiet --nologo >"%JOULE_LOG%" 2>&1
if errorlevel 1 (
    type "%JOULE_LOG%" 1>&2
    del "%JOULE_LOG%"
    echo joule: error: the build failed. 1>&2
    exit /b 1
)
del "%JOULE_LOG%"
type nul >"%JOULE_STAMP%"

:start
dotnet exec "%JOULE_PROGRAM%" %*
exit /b %ERRORLEVEL%
